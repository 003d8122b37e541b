/** `resole power last`: what is known without asking any power system. */
import { LastPower } from '@resole/protocol';
import type { Command } from 'commander';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { ago } from '../duration.ts';
import { examplesText } from '../noun.ts';
import { openSession } from '../session.ts';

const Rows = z.array(z.object({ ...LastPower.shape, name: z.string() }));

export const registerLast = (command: Command, context: CliContext): void => {
  command
    .description('what was last known of the power of all systems, and which could not be asked')
    .option('--unreachable', 'only those whose power system did not answer, or refused')
    .addHelpText('after', examplesText(['resole power last', 'resole power last --unreachable']));
  command.action(async ({ unreachable: only }: { unreachable?: boolean }) => {
    const { client, output } = await openSession(command, context);
    const all = Rows.parse(await (await client()).get('/v1/power'));
    const rows = all.filter(({ unreachable }) => !only || unreachable !== undefined);
    const now = new Date();
    output.list(
      rows,
      [
        { title: 'system', of: ({ name }) => name },
        { title: 'state', of: ({ state }) => state },
        { title: 'driver', of: ({ driver }) => driver },
        { title: 'seen', of: ({ seenAt }) => `${ago(seenAt, now)} ago` },
        {
          title: 'problem',
          of: ({ unreachable }) =>
            unreachable && `for ${ago(unreachable.since, now)}: ${unreachable.error.message}`,
        },
      ],
      only ? 'all of them answered' : 'no power system was asked yet',
    );
  });
};
