/** Templates in Jinja2's language (minijinja) to text: pure, strict, and safe to feed with anything. */
import { ResoleError } from '@resole/protocol';
import { contextOf, prepare, renderWith, type Templates } from './environment.ts';
import { templateError } from './failure.ts';
import { reachableFrom } from './references.ts';

export type { Templates } from './environment.ts';

/**
 * Renders the template `name`, here and now: for short texts, as boot arguments; answer files are
 * rendered by `worker/pool.ts`. A variable that is missing, null or undefined is an error where it
 * is used (`default(…)` and `is defined` work); nothing is escaped except by filters.
 * @throws ResoleError 'template-error' with template, line and the lines around it
 */
export function render(name: string, templates: Templates, variables: object): string {
  if (!Object.hasOwn(templates, name)) throw noTemplate(name);
  const prepared = prepare(subsetOf(reachableFrom([name], templates), templates));
  try {
    const outcome = renderWith(prepared, name, contextOf(variables));
    if (typeof outcome === 'string') return outcome;
    throw templateError(outcome, templates);
  } finally {
    prepared.free();
  }
}

export const noTemplate = (name: string): ResoleError =>
  new ResoleError('template-error', `there is no template ${name}`, {
    remedy: 'see which there are: resole template list',
  });

/** Only these templates, in the order of their names. */
export const subsetOf = (names: readonly string[], templates: Templates): Templates =>
  Object.fromEntries(names.map((name) => [name, templates[name] ?? '']));
