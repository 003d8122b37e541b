/** `resole reboot SYSTEM` and `resole shutdown SYSTEM`. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import { openSession } from '../session.ts';
import { confirmByName } from './confirm.ts';
import { start } from './start.ts';

interface Given {
  force?: boolean;
  watch?: boolean;
  yes?: boolean;
}

export const registerPower =
  (kind: 'reboot' | 'shutdown') =>
  async (command: Command, context: CliContext): Promise<void> => {
    command
      .argument('<system>', 'name, id, host name, MAC or machine UUID')
      .option('--force', 'do not wait for services to stop')
      .option('--watch', 'follow it to its end')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        examplesText([`resole ${kind} web1 --watch`, `resole ${kind} web1 --force --yes`]),
      );
    command.action(async (system: string, given: Given) => {
      const session = await openSession(command, context);
      if (!given.yes) {
        const { name } = await (await session.client()).get<{ name: string }>(
          `/v1/systems/${encodeURIComponent(system)}`,
        );
        await confirmByName(
          context,
          name,
          `${name} will ${kind === 'reboot' ? 'restart' : 'go off'}`,
        );
      }
      await start(session, { kind, system, force: given.force === true }, given.watch === true);
    });
  };
