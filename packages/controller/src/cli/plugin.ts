/** `resole plugin …`: what lies in the controller's plugin folder. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

interface ShownPlugin {
  kind: string;
  name: string;
  path: string;
  events: string[];
  enabled: boolean;
  problem?: string;
}

export async function registerPlugin(command: Command, context: CliContext): Promise<void> {
  const list = command.command('list').alias('ls').description('list plugins and their problems');
  list.addHelpText('after', examplesText(['resole plugin list']));
  list.action(async () => {
    const { output, client } = await openSession(list, context);
    const plugins = await (await client()).get<ShownPlugin[]>('/v1/plugins');
    output.list(
      plugins,
      [
        { title: 'name', of: ({ name }) => name },
        { title: 'kind', of: ({ kind }) => kind },
        { title: 'events', of: ({ events }) => events.join(' ') },
        { title: 'state', of: stateOf },
        { title: 'path', of: ({ path }) => path },
      ],
      'no plugins: docs/plugins.md says where they go',
    );
  });
}

const stateOf = ({ enabled, problem }: ShownPlugin) =>
  problem ?? (enabled ? 'ok' : 'switched off (not executable)');
