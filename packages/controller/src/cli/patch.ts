/** Differences between what an object says and what it is to say. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { ResoleError } from '@resole/protocol';
import type { Fields } from './flags.ts';

/** What the controller fills in; it is not part of what operators write. */
const stored = ['id', 'revision', 'createdAt', 'updatedAt', 'refused', 'origin'];

/** The fields that operators write. */
export const inputOf = (object: Fields): Fields =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !stored.includes(key)));

/** A patch as the API takes it: changed fields with their new value, null where one goes away. */
export function changesBetween(before: Fields, after: Fields): Fields {
  const changed = Object.entries(after).filter(
    ([key, value]) => !isDeepStrictEqual(value, before[key]),
  );
  const gone = Object.keys(before)
    .filter((key) => !(key in after))
    // `proxy: null` takes `!proxy` away as well: nothing is said of it then.
    .map((key) => (key.startsWith('!') ? key.slice(1) : key))
    .filter((key) => !(key in after));
  return Object.fromEntries([...changed, ...gone.map((key): [string, unknown] => [key, null])]);
}

/** The object without the named fields, or keys of its maps (`vars.role`). */
export function unset(object: Fields, paths: readonly string[]): Fields {
  const result = structuredClone(object);
  for (const path of paths) {
    const dot = path.indexOf('.');
    const field = dot === -1 ? path : path.slice(0, dot);
    const holder = dot === -1 ? result : result[field];
    const key = dot === -1 ? path : path.slice(dot + 1);
    if (typeof holder !== 'object' || holder === null || !(key in holder)) {
      throw new ResoleError('invalid-input', `there is no "${path}" to take away`, {
        remedy: `set are: ${Object.keys(object).join(', ')}`,
      });
    }
    delete (holder as Fields)[key];
    if (Object.keys(holder).length === 0) delete result[field];
  }
  return result;
}
