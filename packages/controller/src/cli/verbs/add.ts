/** `resole <noun> add` and `copy`: a new object, from flags, a file, or one that is there. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readObject } from '../files.ts';
import { addFieldFlags, type Fields, withFlags } from '../flags.ts';
import { articled, fileFlag, helpText, type Noun, pathOf, type Shown } from '../noun.ts';
import { changesBetween, inputOf } from '../patch.ts';
import { openSession } from '../session.ts';

export function registerAdd(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, flags, examples } = noun;
  const add = command
    .command('add')
    .description(`add ${articled(word)}`)
    .argument('[name]');
  add.option(...fileFlag);
  addFieldFlags(add, flags);
  add.addHelpText('after', helpText(noun, examples.add));
  add.action(async (name: string | undefined, given: Record<string, unknown>) => {
    const { output, client } = await openSession(add, context);
    const base = typeof given.file === 'string' ? await readObject(given.file, context) : {};
    const input = await withFlags(inputOf(base), flags, given, context);
    const body = name === undefined ? input : { ...input, name };
    const made = await (await client()).send<Shown>('POST', pathOf(noun), body);
    output.done(`${word} ${made.name} added`, made);
  });
}

export function registerCopy(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, flags, examples } = noun;
  const copy = command.command('copy').alias('cp');
  copy.description(`add ${articled(word)} like another one, with what flags change`);
  copy.argument('<name>', 'name or id').argument('<new-name>');
  addFieldFlags(copy, flags);
  copy.addHelpText('after', helpText(noun, examples.copy ?? [`resole ${word} copy old new`]));
  copy.action(async (name: string, newName: string, given: Record<string, unknown>) => {
    const { output, client } = await openSession(copy, context);
    const api = await client();
    const whole = Object.entries(inputOf(await api.get<Shown>(pathOf(noun, name))));
    const source: Fields = Object.fromEntries(
      whole.filter(([field]) => noun.own?.includes(field) !== true),
    );
    const changes = changesBetween(source, await withFlags(source, flags, given, context));
    const made = await api.send<Shown>('POST', `${pathOf(noun, name)}/copy`, {
      ...changes,
      name: newName,
    });
    output.done(`${word} ${made.name} added, like ${name}`, made);
  });
}
