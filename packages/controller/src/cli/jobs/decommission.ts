/** `resole decommission SYSTEM`. */
import type { Plan } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import { openSession } from '../session.ts';
import { agreed } from './agreed.ts';
import { start } from './start.ts';

interface Given {
  dryRun?: boolean;
  watch?: boolean;
  yes?: boolean;
}

export async function registerDecommission(command: Command, context: CliContext): Promise<void> {
  command
    .argument('<system>', 'name, id, host name, MAC or machine UUID')
    .option('--dry-run', 'print the plan and stop')
    .option('--watch', 'follow it to its end')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examplesText([
        'resole decommission web1 --watch                           off, its agent locked out',
        'resole system edit web1 --no-decommissioned --netboot      back into service',
      ]),
    );
  command.action(async (system: string, given: Given) => {
    const session = await openSession(command, context);
    const request = { kind: 'decommission', system } as const;
    const warning = ({ system: { name } }: Plan) =>
      `${name} goes off for good, and its agent is locked out`;
    const job = await agreed(session, request, given, warning);
    if (job) await start(session, job, given.watch === true);
  });
}
