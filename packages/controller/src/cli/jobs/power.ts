/** `resole reboot SYSTEM` and `resole shutdown SYSTEM`. */
import type { Plan } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import { openSession } from '../session.ts';
import { agreed } from './agreed.ts';
import { start } from './start.ts';

interface Given {
  dryRun?: boolean;
  force?: boolean;
  fallback: boolean;
  watch?: boolean;
  yes?: boolean;
}

export const registerPower =
  (kind: 'reboot' | 'shutdown') =>
  async (command: Command, context: CliContext): Promise<void> => {
    command
      .argument('<system>', 'name, id, host name, MAC or machine UUID')
      .option('--dry-run', 'print the plan and stop')
      .option('--force', 'do not wait for services to stop')
      .option('--no-fallback', 'not by its BMC, should its agent not manage it')
      .option('--watch', 'follow it to its end')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        examplesText([`resole ${kind} web1 --watch`, `resole ${kind} web1 --force --yes`]),
      );
    command.action(async (system: string, given: Given) => {
      const session = await openSession(command, context);
      const { force = false, fallback, watch = false } = given;
      const request = { kind, system, force, fallback };
      const warning = ({ system: { name } }: Plan) =>
        `${name} will ${kind === 'reboot' ? 'restart' : 'go off'}`;
      const job = await agreed(session, request, given, warning);
      if (job) await start(session, job, watch);
    });
  };
