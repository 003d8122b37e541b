import { Id, ResoleError } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { newId, rewritten, type StoredFields, stamped } from '../store/stored.ts';
import type { Kind } from './kind.ts';
import type { Lock } from './lock.ts';
import { isMapping } from './merge.ts';
import { checkRevision, differs, patched, readPatch } from './patch.ts';
import { type Problem, refuse } from './problems.ts';
import { validate } from './validate.ts';
import { readWorld, type World } from './world.ts';

/** What can be done with one noun. Inputs are unchecked: every problem of one is reported at once. */
export interface NounService<T> {
  list(filter?: { name?: string | undefined }): Promise<T[]>;
  /** @throws ResoleError `not-found` with the nearest name. */
  show(ref: string): Promise<T>;
  add(input: unknown): Promise<T>;
  /**
   * Sets the fields that `patch` names (null takes one away); renaming is an edit of `name`. Without
   * a change there is no new revision.
   * @throws ResoleError `revision-conflict` where `revision` isn't the stored one.
   */
  edit(ref: string, patch: unknown, revision?: number): Promise<T>;
  /**
   * @returns what was removed.
   * @throws ResoleError `object-in-use` naming what depends on it.
   */
  remove(ref: string, revision?: number): Promise<T>;
}

export interface ServiceContext {
  store: Store;
  /** Names of the templates that come with Resole. */
  shipped: readonly string[];
  /** Shared by all nouns: what one write checked stays true until it is done. */
  lock: Lock;
  now(): Date;
}

/** The rules that are the same for every noun, over what `kind` says of this one. */
export const nounService = <Input extends { name: string }>(
  kind: Kind<Input>,
  { store, shipped, lock, now }: ServiceContext,
): NounService<Input & StoredFields> => {
  type Whole = Input & StoredFields;
  const collection = kind.collection(store);
  const show = async (ref: string) => kind.find(await collection.list(), ref);

  /** The input, complete and right; throws everything that is wrong with it. */
  const checked = (
    what: string,
    raw: unknown,
    world: World,
    self: string | undefined,
    found: readonly Problem[],
  ): Input => {
    const { fields, problems } = validate(kind.schema, raw);
    const check = kind.check(fields, world, self);
    // A field that is wrong by itself has been told; that it is missing then would mislead.
    const told = new Set(problems.map(({ field }) => field.split('.')[0]));
    const further = check.problems.filter(({ field }) => !told.has(field.split('.')[0] ?? ''));
    refuse(what, [...problems, ...nameProblems(fields.name), ...found, ...further]);
    return { ...fields, ...check.changes } as Input;
  };

  return {
    show,
    list: async ({ name } = {}) =>
      (await collection.list()).filter((object) => name === undefined || object.name === name),

    add: async (input) => {
      const measured = await kind.measure(validate(kind.schema, input).fields);
      return lock(async () => {
        const world = await readWorld(store, shipped);
        const raw = isMapping(input) ? { ...input, ...measured.changes } : input;
        const what = described(kind.noun, isMapping(input) ? input.name : undefined);
        const complete = checked(what, raw, world, undefined, measured.problems);
        const object: Whole = stamped({ id: newId(kind.prefix), ...complete }, now());
        await collection.create(object);
        return object;
      });
    },

    edit: async (ref, input, revision) => {
      const { id, name } = await show(ref);
      const what = described(kind.noun, name);
      const asked = isMapping(input) ? input : {};
      const measured = await kind.measure(validate(kind.schema, asked).fields);
      return lock(async () => {
        const stored = await show(id);
        const patch = readPatch(stored, input);
        checkRevision(what, stored, revision ?? patch.revision);
        const world = await readWorld(store, shipped);
        const raw = patched(stored, { ...patch.changes, ...measured.changes });
        const found = [...patch.problems, ...measured.problems];
        const complete = checked(what, raw, world, id, found);
        if (!differs(stored, complete)) return stored;
        const next: Whole = rewritten(stored, complete, now());
        await collection.replace(next);
        return next;
      });
    },

    remove: (ref, revision) =>
      lock(async () => {
        const stored = await show(ref);
        const what = described(kind.noun, stored.name);
        checkRevision(what, stored, revision);
        const users = kind.users(stored, await readWorld(store, shipped));
        if (users.length > 0) throw inUse(what, users);
        await collection.remove(stored.id);
        return stored;
      }),
  };
};

const described = (noun: string, name: unknown): string =>
  typeof name === 'string' ? `${noun} "${name}"` : noun;

/** At most so many dependants are named in a sentence; the details have them all. */
const NAMED = 5;

export const inUse = (what: string, users: readonly string[]): ResoleError => {
  const rest = users.length - NAMED;
  const list = [...users.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return new ResoleError('object-in-use', `${what} is used by ${list}`, {
    remedy: 'remove or change what uses it first',
    details: users.map((user) => ({ field: '', problem: `used by ${user}` })),
  });
};

/** A name that looks like an id would make references ambiguous. */
const nameProblems = (name: string | undefined): Problem[] =>
  Id.safeParse(name).success
    ? [{ field: 'name', problem: 'looks like an id', value: name, remedy: 'choose another name' }]
    : [];
