/** `resole reinstall SYSTEM`. */
import { BootMethod, type Plan } from '@resole/protocol';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import { openSession } from '../session.ts';

import { agreed } from './agreed.ts';
import { start } from './start.ts';

interface Given {
  profile?: string;
  method: 'auto' | BootMethod;
  dryRun?: boolean;
  watch?: boolean;
  yes?: boolean;
}

export async function registerReinstall(command: Command, context: CliContext): Promise<void> {
  command
    .argument('<system>', 'name, id, host name, MAC or machine UUID')
    .option('--profile <profile>', 'what it is to become; default: the profile of the system')
    .addOption(
      new Option('--method <method>', 'how the installer is started')
        .choices(['auto', ...BootMethod.options])
        .default('auto'),
    )
    .option('--dry-run', 'print the plan and stop')
    .option('--watch', 'follow it to its end')
    .option('--yes', 'do not ask: erase the disk that the plan names')
    .addHelpText(
      'after',
      examplesText([
        'resole reinstall web1 --dry-run                 what would be done, and what is lost',
        'resole reinstall web1 --profile web --watch     asks for the name, then shows each step',
        'resole reinstall web1 --method boot-once --yes --output json',
        'resole reinstall web2 --method pxe              without an agent: its BMC has it boot from the network',
        'resole reinstall esx1 --method manual           you start the installer: resole job answer-file',
      ]),
    );
  command.action(async (system: string, given: Given) => {
    const session = await openSession(command, context);
    const { profile, method } = given;
    const wish = { kind: 'reinstall', system, method } as const;
    const request = profile === undefined ? wish : { ...wish, profile };
    const job = await agreed(session, request, given, whatIsLost);
    if (job) await start(session, job, given.watch === true);
  });
}

const whatIsLost = ({ erases, system }: Plan): string =>
  `Everything on ${erases.map(({ id }) => id).join(', ')} of ${system.name} will be lost`;
