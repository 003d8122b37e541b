/** `resole <noun> edit` and `rename`. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { editText } from '../editor.ts';
import { parseObject, readObject } from '../files.ts';
import { addFieldFlags, anyFlag, type FieldFlags, type Fields, withFlags } from '../flags.ts';
import {
  articled,
  examplesText,
  fileFlag,
  helpText,
  type Noun,
  pathOf,
  type Shown,
} from '../noun.ts';
import { asYaml } from '../output.ts';
import { changesBetween, inputOf, unset } from '../patch.ts';
import { withNames } from '../references.ts';
import { openSession } from '../session.ts';

export function registerEdit(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, flags, examples } = noun;
  const edit = command.command('edit');
  edit.description(`change ${articled(word)}; without flags, in your editor`);
  edit.argument('<name>', 'name or id');
  edit.option(...fileFlag);
  edit.option('--unset <field...>', 'take fields away, or keys of maps, as vars.role');
  addFieldFlags(edit, flags);
  edit.addHelpText('after', helpText(noun, examples.edit));
  edit.action(async (name: string, given: Record<string, unknown>) => {
    const { output, client } = await openSession(edit, context);
    const api = await client();
    const stored = await api.get<Shown>(pathOf(noun, name));
    const whole = inputOf(stored);
    const before = isByHand(flags, given) ? await withNames(api, whole) : whole;
    const path = pathOf(noun, stored.id ?? stored.name);
    const save = (next: Fields) =>
      api.send<Shown>('PATCH', path, changesBetween(before, next), stored.revision);
    const title = `${word}-${stored.name}`;
    const after = await edited(
      { before, title, flags, given, textOnly: noun.show === 'text' },
      context,
      save,
    );
    const what = after.revision === stored.revision ? 'unchanged' : 'changed';
    output.done(`${word} ${after.name} ${what}`, after);
  });
}

export function registerRename(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word } = noun;
  const rename = command.command('rename').description(`give ${articled(word)} another name`);
  rename.argument('<name>', 'name or id').argument('<new-name>');
  rename.addHelpText('after', examplesText([`resole ${word} rename old new`]));
  rename.action(async (name: string, newName: string) => {
    const { output, client } = await openSession(rename, context);
    const changes = { name: newName };
    const after = await (await client()).send<Shown>('PATCH', pathOf(noun, name), changes);
    output.done(`${word} ${name} is ${after.name} now`, after);
  });
}

interface Edit {
  before: Fields;
  /** Of the file that is edited by hand. */
  title: string;
  flags: FieldFlags;
  given: Readonly<Record<string, unknown>>;
  /** By hand, just the field `text`, as it stands. */
  textOnly?: boolean;
}

/** Saves the fields after an edit by flags, by a file that replaces all of them, or by hand. */
export async function edited<T>(
  { before, title, flags, given, textOnly = false }: Edit,
  context: CliContext,
  save: (fields: Fields) => Promise<T>,
): Promise<T> {
  if (isByHand(flags, given) && textOnly) {
    const draft = {
      name: `${title}.j2`,
      text: String(before.text ?? ''),
      flag: '--text-file FILE',
    };
    return await editText(draft, context, (text) => save({ ...before, text }));
  }
  if (isByHand(flags, given)) {
    const draft = { name: `${title}.yaml`, text: asYaml(before), flag: '--file FILE' };
    return await editText(draft, context, async (text) =>
      save(parseObject(text, 'what was saved')),
    );
  }
  const fields = (given.unset as string[] | undefined) ?? [];
  const base =
    typeof given.file === 'string' ? inputOf(await readObject(given.file, context)) : before;
  return await save(await withFlags(unset(base, fields), flags, given, context));
}

/** Whether nothing says what to change, so that the editor is asked. */
const isByHand = (flags: FieldFlags, given: Readonly<Record<string, unknown>>): boolean =>
  given.file === undefined && given.unset === undefined && !anyFlag(flags, given);
