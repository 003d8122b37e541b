import type { Options } from '@resole/protocol';
import { byIdOrName, type NamedObject } from './find.ts';
import { didYouMean } from './nearest.ts';
import type { Problem } from './problems.ts';
import type { World } from './world.ts';

const unknown = (field: string, noun: string, ref: string, names: Iterable<string>): Problem => {
  const all = [...names];
  return {
    field,
    problem: `there is no ${noun} "${ref}"`,
    value: ref,
    remedy:
      didYouMean(ref, all) ??
      (all.length === 0 ? `add a ${noun} first` : `see which there are: resole ${noun} list`),
  };
};

/** The id of an object that a field mentions by id or name. */
export const reference = (
  field: string,
  noun: string,
  ref: string,
  objects: readonly NamedObject[],
): { id: string; problems: Problem[] } => {
  const found = byIdOrName(objects, ref);
  const names = objects.map((object) => object.name);
  return found === undefined
    ? { id: ref, problems: [unknown(field, noun, ref, names)] }
    : { id: found.id, problems: [] };
};

/** What is wrong with the options of an object: templates that don't exist. */
export const optionProblems = (options: Options, world: World): Problem[] =>
  (['answerFile', 'bootArgs'] as const).flatMap((field) => {
    const ref = options[field];
    if (ref === undefined) return [];
    const exists = ref.endsWith('/')
      ? [...world.templates].some((name) => name.startsWith(ref))
      : world.templates.has(ref);
    return exists ? [] : [unknown(field, 'template', ref, world.templates)];
  });
