import { isDeepStrictEqual } from 'node:util';
import { ResoleError, Stored } from '@resole/protocol';
import type { StoredFields } from '../store/stored.ts';
import { isMapping, type Mapping } from './merge.ts';
import type { Problem } from './problems.ts';

const storedFields = Object.keys(Stored.shape);

/** The part of a stored object that operators write. */
export const inputOf = (object: StoredFields): Mapping =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !storedFields.includes(key)));

/** An edit: which fields it sets or takes away, and on which revision it is based. */
export interface Patch {
  /** Field → its new value; null takes the field away. */
  changes: Mapping;
  revision: number | undefined;
  problems: Problem[];
}

/**
 * Reads an edit. An object that was read and sent back whole is a good edit: its `revision` says
 * what it is based on, and the fields that the controller keeps are let pass unchanged.
 */
export const readPatch = (stored: StoredFields, patch: unknown): Patch => {
  if (!isMapping(patch)) {
    const problem = { field: '', problem: 'an edit is a mapping of fields to their new values' };
    return { changes: {}, revision: undefined, problems: [problem] };
  }
  const { revision, ...rest } = patch;
  const changes = Object.entries(rest).filter(([key]) => !storedFields.includes(key));
  const problems = Object.entries(rest)
    .filter(
      ([key, value]) =>
        storedFields.includes(key) && !isDeepStrictEqual(value, storedValue(stored, key)),
    )
    .map(([field, value]) => ({ field, problem: 'is kept by the controller', value }));
  if (revision !== undefined && typeof revision !== 'number') {
    problems.push({ field: 'revision', problem: 'is a number', value: revision });
  }
  return {
    changes: Object.fromEntries(changes),
    revision: typeof revision === 'number' ? revision : undefined,
    problems,
  };
};

const storedValue = (object: object, key: string): unknown =>
  Object.entries(object).find(([name]) => name === key)?.[1];

/**
 * What an edit makes of an input. Whatever is said of a field takes the place of both: of the field,
 * and of `!field`, which says that the inherited value doesn't count.
 */
export const patched = (before: Mapping, changes: Mapping): Mapping => {
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(changes)) {
    if (key.startsWith('!')) continue;
    after.delete(`!${key}`);
    if (value === null) after.delete(key);
    else after.set(key, value);
  }
  for (const key of Object.keys(changes)) {
    if (!key.startsWith('!')) continue;
    after.delete(key.slice(1));
    after.set(key, null);
  }
  return Object.fromEntries(after);
};

/** Whether an input says something else than what is stored. */
export const differs = (stored: StoredFields, input: object): boolean =>
  !isDeepStrictEqual(JSON.parse(JSON.stringify(input)), inputOf(stored));

/** @throws ResoleError `revision-conflict` where a write is based on another revision. */
export const checkRevision = (
  what: string,
  stored: StoredFields,
  revision: number | undefined,
): void => {
  if (revision === undefined || revision === stored.revision) return;
  throw new ResoleError(
    'revision-conflict',
    `${what} is at revision ${stored.revision}, the change is based on ${revision}`,
    { remedy: 'read it again, and repeat the change' },
  );
};
