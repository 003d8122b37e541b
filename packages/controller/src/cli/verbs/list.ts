/** `resole <noun> list` and `find`. */
import type { Command } from 'commander';
import { queryOf } from '../conditions.ts';
import type { CliContext } from '../context.ts';
import { examplesText, type Noun, pathOf, type Shown } from '../noun.ts';
import { openSession, type Session } from '../session.ts';

async function print(session: Session, noun: Noun, query: string, empty: string): Promise<void> {
  const rows = await (await session.client()).get<Shown[]>(`${pathOf(noun)}${query}`);
  const wanted = session.output.format === 'table' && rows.length > 0;
  session.output.list(rows, wanted ? await noun.columns(session) : [], empty);
  const refused = rows.filter((row) => row.refused !== undefined).map(({ name }) => name);
  if (refused.length === 0) return;
  session.context.stderr.write(
    `warning: of these, values are refused that were right before: ${refused.join(', ')}; ` +
      `"resole ${noun.noun} show NAME" says which\n`,
  );
}

export function registerList(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, plural, examples } = noun;
  const list = command.command('list').alias('ls').description(`list all ${plural}`);
  list.addHelpText(
    'after',
    examplesText(examples.list ?? [`resole ${word} list`, `resole ${word} list --output json`]),
  );
  list.action(async () => {
    const session = await openSession(list, context);
    await print(session, noun, '', `no ${plural} yet: resole ${word} add --help`);
  });
}

const findNotes = `
All conditions must hold. A value may have globs (* and ?), case doesn't count; fields may be dotted,
with * for any key; of a list, one entry must fit; references fit by name and by id.
`;

export function registerFind(command: Command, noun: Noun, context: CliContext): void {
  const { plural, examples } = noun;
  const find = command.command('find').description(`list the ${plural} whose fields are as said`);
  find.argument('<field=value...>', 'as name=web*');
  find.addHelpText('after', `${findNotes}${examplesText(examples.find)}`);
  find.action(async (conditions: string[]) => {
    const session = await openSession(find, context);
    await print(session, noun, queryOf(conditions), `no ${plural} are like that`);
  });
}
