import { Mac, Stored } from '@resole/protocol';
import type { z } from 'zod';
import type { Store } from '../store/store.ts';
import { isMapping } from './merge.ts';
import { didYouMean } from './nearest.ts';
import type { Query } from './noun-service.ts';
import { type Problem, refuse } from './problems.ts';

/** Fields that hold ids of other objects, with the collections that those are in. */
const references = {
  distro: 'distros',
  parent: 'profiles',
  profile: 'profiles',
  repos: 'repos',
  virtHost: 'systems',
  'virt.image': 'images',
} as const;

const isReference = (field: string): field is keyof typeof references =>
  Object.hasOwn(references, field);

/** Everything at a path; `*` stands for any key, and lists count entry by entry. */
const valuesAt = (value: unknown, [key, ...rest]: readonly string[]): unknown[] => {
  if (Array.isArray(value)) {
    if (key === undefined) return value.flatMap((entry) => valuesAt(entry, []));
    const inner = /^\d+$/.test(key) ? value[Number(key)] : undefined;
    if (inner !== undefined) return valuesAt(inner, rest);
    return value.flatMap((entry) => valuesAt(entry, [key, ...rest]));
  }
  if (key === undefined) return value === undefined ? [] : [value];
  if (!isMapping(value)) return [];
  if (key === '*') return Object.values(value).flatMap((entry) => valuesAt(entry, rest));
  return Object.hasOwn(value, key) ? valuesAt(value[key], rest) : [];
};

/** A pattern with `*` and `?` as an expression for the whole of a text, whatever its case. */
const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'is',
  );

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

const problemsOf = (query: Query, known: readonly string[]): Problem[] =>
  Object.keys(query).flatMap((field) => {
    const [first = ''] = field.split('.');
    if (known.includes(first)) return [];
    const remedy = didYouMean(first, known) ?? `the fields are ${known.join(', ')}`;
    return [{ field, problem: 'there is no such field', remedy }];
  });

/**
 * The objects that fit a query, in their order; see `NounService.find`.
 * @throws ResoleError `invalid-input` naming fields that don't exist.
 */
export const matching = async <T extends object>(
  store: Store,
  schema: z.ZodObject,
  objects: readonly T[],
  query: Query,
): Promise<T[]> => {
  const known = [...Object.keys(schema.shape), ...Object.keys(Stored.shape)];
  refuse('the query', problemsOf(query, known));
  const conditions = Object.entries(query).flatMap(([field, wanted]) => {
    if (wanted === undefined) return [];
    const mac = Mac.safeParse(wanted).data ?? wanted;
    return [{ field, path: field.split('.'), globs: [...new Set([wanted, mac])].map(globOf) }];
  });
  /** Whether one of the fields' values fits; those of references also by the names behind the ids. */
  const fits = async (object: T): Promise<boolean> => {
    for (const { field, path, globs } of conditions) {
      const texts = valuesAt(object, path).map(textOf);
      const names = isReference(field)
        ? await Promise.all(
            texts.map(async (id) => (await store[references[field]].get(id))?.name ?? id),
          )
        : [];
      if (![...texts, ...names].some((text) => globs.some((glob) => glob.test(text)))) return false;
    }
    return true;
  };
  const found: T[] = [];
  for (const object of objects) if (await fits(object)) found.push(object);
  return found;
};

/** Whether a value has, at each of the paths, something that fits the pattern. Pure. */
export const fits = (value: unknown, conditions: Readonly<Record<string, string>>): boolean =>
  Object.entries(conditions).every(([field, wanted]) =>
    valuesAt(value, field.split('.')).some((found) => globOf(wanted).test(textOf(found))),
  );
