/** `resole <noun> remove`: only what nothing depends on, or with `--recursive` what does, too. */
import type { Command } from 'commander';
import { confirmed } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { examplesText, type Noun, pathOf, type Shown } from '../noun.ts';
import { openSession } from '../session.ts';

interface Removal {
  object: Shown;
  /** In the order of going: what was asked for comes last. */
  removed: { noun: string; name: string }[];
}

const MOST_NAMED = 20;

interface Given {
  recursive?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

export function registerRemove(command: Command, noun: Noun, context: CliContext): void {
  const { noun: word, plural } = noun;
  const remove = command.command('remove').alias('rm');
  remove.description(`remove ${plural} that nothing depends on`);
  remove.argument('<name...>', 'names or ids');
  remove.option('-r, --recursive', 'with what exists only because of them; asks first');
  remove.option('--dry-run', 'only say what would go');
  remove.option('-y, --yes', 'don’t ask');
  remove.addHelpText(
    'after',
    examplesText([
      `resole ${word} remove old`,
      `resole ${word} remove old --recursive --dry-run`,
      `resole ${word} remove old --recursive --yes`,
    ]),
  );
  remove.action(async (names: string[], { recursive = false, dryRun = false, yes }: Given) => {
    const { output, client } = await openSession(remove, context);
    const api = await client();
    const going = (name: string, only: boolean) => {
      const query = `${recursive ? '&recursive=true' : ''}${only ? '&dryRun=true' : ''}`.slice(1);
      const path = `${pathOf(noun, name)}${query === '' ? '' : `?${query}`}`;
      return api.send<Removal>('DELETE', path);
    };
    for (const name of names) {
      if (dryRun || (recursive && yes !== true)) {
        const removal = await going(name, true);
        if (dryRun) {
          output.done(planOf(word, removal), removal);
          continue;
        }
        const text = planOf(word, removal, MOST_NAMED);
        if (removal.removed.length > 1)
          await confirmed(text, 'Remove all of it?', '--yes', context);
      }
      const removal = await going(name, false);
      const others = removal.removed.length - 1;
      const more = others === 0 ? '' : `, with ${others} more`;
      output.done(`${word} ${removal.object.name} removed${more}`, removal);
    }
  });
}

/** @param most how many are named; a question must stay on the screen. */
const planOf = (word: string, { object, removed }: Removal, most = Number.POSITIVE_INFINITY) => {
  const others = removed.slice(0, -1);
  const last = `${word} ${object.name}`;
  if (others.length === 0) return `${last} would go`;
  const rest = others.length - most;
  const first = others.slice(0, most).map(({ noun, name }) => `  ${noun} ${name}\n`);
  const more = rest > 0 ? `  and ${rest} more (--dry-run names them)\n` : '';
  return `these go first:\n${first.join('')}${more}then ${last}`;
};
