/** `resole version`. */

import { PROTOCOL_VERSION } from '@resole/protocol';
import type { Command } from 'commander';
import { VERSION } from '../version.ts';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

export function registerVersion(command: Command, context: CliContext): void {
  command.addHelpText('after', examplesText(['resole version', 'resole version --output json']));
  command.action(async () => {
    const { output } = await openSession(command, context);
    output.done(`resole ${VERSION}, protocol ${PROTOCOL_VERSION}`, {
      version: VERSION,
      protocol: PROTOCOL_VERSION,
    });
  });
}
