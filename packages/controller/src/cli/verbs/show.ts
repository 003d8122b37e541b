/** `resole <noun> show`. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText, type Noun, pathOf, type Shown } from '../noun.ts';
import { withNames } from '../references.ts';
import { type ResolvedReply, resolvedRows } from '../resolved.ts';
import { openSession } from '../session.ts';
import { tellProblems } from '../template-lint.ts';

export function registerShow(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, examples, show: more } = noun;
  const show = command.command('show').description(`show everything of one ${word}`);
  show.argument('<name>', 'name or id');
  if (more === 'resolved') {
    show.option('--resolved', 'every value with the object that it comes from');
  }
  if (more === 'text') show.option('--text', `only the ${word}’s text, as it is`);
  show.addHelpText(
    'after',
    examplesText(
      examples.show ?? [`resole ${word} show web`, `resole ${word} show web --output json`],
    ),
  );
  show.action(async (name: string, given: { resolved?: boolean; text?: boolean }) => {
    const { output, client } = await openSession(show, context);
    const api = await client();
    if (given.resolved === true) {
      const resolved = await api.get<ResolvedReply>(`${pathOf(noun, name)}?resolved=true`);
      if (output.format !== 'table') return output.object(resolved);
      return output.list(
        resolvedRows({ ...resolved, options: await withNames(api, resolved.options) }),
        [
          { title: 'field', of: ({ field }) => field },
          { title: 'value', of: ({ value }) => value },
          { title: 'from', of: ({ from }) => from },
        ],
        'nothing is set',
      );
    }
    const shown = await api.get<Shown>(pathOf(noun, name));
    if (given.text === true) context.stdout.write(String(shown.text));
    else output.object(output.format === 'table' ? await withNames(api, shown) : shown);
    if (more === 'text') {
      const prefix = word === 'snippet' ? 'snippets/' : '';
      await tellProblems(api, context, `${prefix}${shown.name}`);
    }
  });
}
