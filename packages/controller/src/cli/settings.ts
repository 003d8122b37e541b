/** `resole settings …`: the root of what every machine inherits. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { settingsFlags } from './fields/machines.ts';
import { addFieldFlags, type Fields } from './flags.ts';
import { examplesText } from './noun.ts';
import { changesBetween, inputOf } from './patch.ts';
import { openSession } from './session.ts';
import { edited } from './verbs/edit.ts';

export async function registerSettings(command: Command, context: CliContext): Promise<void> {
  const show = command.command('show').description('show what every machine inherits');
  show.addHelpText('after', examplesText(['resole settings show']));
  show.action(async () => {
    const { output, client } = await openSession(show, context);
    output.object(await (await client()).get<Fields>('/v1/settings'));
  });

  const edit = command
    .command('edit')
    .description('change what every machine inherits; without flags, in your editor')
    .option('--file <file>', 'take all of it from a YAML file, - for standard input')
    .option('--unset <field...>', 'take fields away, or keys of maps, as vars.role');
  addFieldFlags(edit, settingsFlags);
  edit.addHelpText(
    'after',
    examplesText([
      'resole settings edit --authorized-key-file ~/.ssh/id_ed25519.pub',
      'resole settings edit --kernel-option console=ttyS0,115200 --deadline installing=3600',
    ]),
  );
  edit.action(async (given: Record<string, unknown>) => {
    const { output, client } = await openSession(edit, context);
    const api = await client();
    const stored = await api.get<Fields>('/v1/settings');
    const before = inputOf(stored);
    const revision = typeof stored.revision === 'number' ? stored.revision : undefined;
    const save = (next: Fields) =>
      api.send<Fields>('PATCH', '/v1/settings', changesBetween(before, next), revision);
    const change = { before, title: 'settings', flags: settingsFlags, given };
    const after = await edited(change, context, save);
    output.done('settings changed', after);
  });
}
