/** `resole distro|profile|system|template add|edit|show|list|rename|remove`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { editText } from './editor.ts';
import { readObject } from './files.ts';
import { addFieldFlags, anyFlag, type FieldFlags, type Fields, withFlags } from './flags.ts';
import type { Column } from './output.ts';
import { changesBetween, inputOf, unset } from './patch.ts';
import { openSession, type Session } from './session.ts';

/** An object as the API gives it; a template that comes with Resole has no id and revision yet. */
export interface Shown extends Fields {
  id?: string;
  name: string;
  revision?: number;
  comment?: string;
}

/** What one noun has of its own. */
export interface Noun {
  noun: string;
  plural: string;
  flags: FieldFlags;
  /** Columns of the list; may ask for more, to show names in place of ids. */
  columns(session: Session): Promise<Column<Shown>[]>;
  examples: { add: string[]; edit: string[]; show?: string[]; list?: string[] };
}

/** The address of an object, by name or id. */
export const pathOf = ({ plural }: { plural: string }, ref?: string): string =>
  `/v1/${plural}${ref === undefined ? '' : `/${encodeURIComponent(ref)}`}`;

export const examplesText = (lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;

const fileFlag = [
  '--file <file>',
  'take the fields from a YAML file, - for standard input',
] as const;

export function registerObjects(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, plural, flags, examples } = noun;
  const article = `a${/^[aeiou]/.test(word) ? 'n' : ''} ${word}`;

  const add = command.command('add').description(`add ${article}`).argument('[name]');
  add.option(...fileFlag);
  addFieldFlags(add, flags);
  add.addHelpText('after', examplesText(examples.add));
  add.action(async (name: string | undefined, given: Record<string, unknown>) => {
    const { output, client } = await openSession(add, context);
    const base = typeof given.file === 'string' ? await readObject(given.file, context) : {};
    const input = await withFlags(inputOf(base), flags, given, context);
    const body = name === undefined ? input : { ...input, name };
    const made = await (await client()).send<Shown>('POST', pathOf(noun), body);
    output.done(`${word} ${made.name} added`, made);
  });

  const edit = command
    .command('edit')
    .description(`change ${article}; without flags, in your editor`);
  edit.argument('<name>', 'name or id');
  edit.option(...fileFlag);
  edit.option('--unset <field...>', 'take fields away, or keys of maps, as vars.role');
  addFieldFlags(edit, flags);
  edit.addHelpText('after', examplesText(examples.edit));
  edit.action(async (name: string, given: Record<string, unknown>) => {
    const { output, client } = await openSession(edit, context);
    const api = await client();
    const stored = await api.get<Shown>(pathOf(noun, name));
    const before = inputOf(stored);
    const next = await edited(before, `${word}-${stored.name}`, flags, given, context);
    const changes = changesBetween(before, next);
    const path = pathOf(noun, stored.id ?? stored.name);
    const after = await api.send<Shown>('PATCH', path, changes, stored.revision);
    const what = after.revision === stored.revision ? 'unchanged' : 'changed';
    output.done(`${word} ${after.name} ${what}`, after);
  });

  const list = command.command('list').alias('ls').description(`list all ${plural}`);
  list.addHelpText(
    'after',
    examplesText(examples.list ?? [`resole ${word} list`, `resole ${word} list --output json`]),
  );
  list.action(async () => {
    const session = await openSession(list, context);
    const rows = await (await session.client()).get<Shown[]>(pathOf(noun));
    const columns = session.output.format === 'table' ? await noun.columns(session) : [];
    session.output.list(rows, columns, `no ${plural} yet: resole ${word} add --help`);
  });

  const rename = command.command('rename').description(`give ${article} another name`);
  rename.argument('<name>', 'name or id').argument('<new-name>');
  rename.addHelpText('after', examplesText([`resole ${word} rename old new`]));
  rename.action(async (name: string, newName: string) => {
    const { output, client } = await openSession(rename, context);
    const changes = { name: newName };
    const after = await (await client()).send<Shown>('PATCH', pathOf(noun, name), changes);
    output.done(`${word} ${name} is ${after.name} now`, after);
  });

  const remove = command.command('remove').alias('rm').description(`remove ${plural}`);
  remove.argument('<name...>', 'names or ids');
  remove.addHelpText('after', examplesText([`resole ${word} remove old`]));
  remove.action(async (names: string[]) => {
    const { output, client } = await openSession(remove, context);
    const api = await client();
    for (const name of names) {
      await api.send('DELETE', pathOf(noun, name));
      output.done(`${word} ${name} removed`, { removed: name });
    }
  });
}

/** `show`, apart from the others since some nouns give it more flags. */
export function registerShow(command: Command, noun: Noun, context: CliContext): Command {
  const { noun: word, examples } = noun;
  const show = command.command('show').description(`show everything of one ${word}`);
  show.argument('<name>', 'name or id');
  show.addHelpText(
    'after',
    examplesText(
      examples.show ?? [`resole ${word} show web`, `resole ${word} show web --output json`],
    ),
  );
  show.action(async (name: string, given: Record<string, unknown>) => {
    const { output, client } = await openSession(show, context);
    const path = `${pathOf(noun, name)}${given.resolved === true ? '/resolved' : ''}`;
    const shown = await (await client()).get<Shown>(path);
    if (given.text === true) context.stdout.write(String(shown.text));
    else output.object(shown);
  });
  return show;
}

/** The fields after an edit by flags, by a file that replaces all of them, or by hand. */
export async function edited(
  before: Fields,
  title: string,
  flags: FieldFlags,
  given: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<Fields> {
  const fields = (given.unset as string[] | undefined) ?? [];
  if (given.file === undefined && fields.length === 0 && !anyFlag(flags, given)) {
    return await editText(before, title, context);
  }
  const base =
    typeof given.file === 'string' ? inputOf(await readObject(given.file, context)) : before;
  return await withFlags(unset(base, fields), flags, given, context);
}
