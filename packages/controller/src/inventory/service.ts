import { Id } from '@resole/protocol';
import { newId, rewritten, type StoredFields, stamped } from '../store/stored.ts';
import { withoutInherit } from './inherit.ts';
import type { Kind } from './kind.ts';
import type { Lock } from './lock.ts';
import { isMapping } from './merge.ts';
import { checkRevision, differs, inputOf, patched, readPatch } from './patch.ts';
import { type Problem, refuse } from './problems.ts';
import { matching } from './query.ts';
import { removalOf } from './removal.ts';
import { validate } from './validate.ts';
import type { World } from './world.ts';

/** Field → what its value must be (undefined: anything); see `find`. */
export type Query = Readonly<Record<string, string | undefined>>;

export interface RemoveOptions {
  /** The revision that the removal is based on. */
  revision?: number | undefined;
  /** Takes what exists only because of the object too: sub-profiles, systems, their agents. */
  recursive?: boolean | undefined;
  /** Says what would go, and leaves everything where it is. */
  dryRun?: boolean | undefined;
}

/** One object of a removal, as people would call it. */
export interface Gone {
  noun: 'distro' | 'profile' | 'system' | 'repo' | 'image' | 'template' | 'agent';
  id: string;
  name: string;
}

export interface Removal<T> {
  /** What was asked for, as it was. */
  object: T;
  /** Everything that goes, in the order in which it goes: the object itself comes last. */
  removed: Gone[];
}

/** What can be done with one noun. Inputs are unchecked: every problem of one is reported at once. */
export interface NounService<T> {
  list(filter?: { name?: string | undefined }): Promise<T[]>;
  /**
   * The objects of which every field that the query names has the value: `{ name: 'web*' }`. A value
   * may have globs (`*`, `?`), case doesn't count; fields may be dotted (`virt.memoryMiB`), with `*`
   * for any key (`interfaces.*.mac`); of a list, one entry must fit. References fit by name and id.
   * @throws ResoleError `invalid-input` naming fields that don't exist.
   */
  find(query: Query): Promise<T[]>;
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
   * Adds an object like another one. `changes` is as for `edit` and has to give the new name. What
   * belongs to one machine only (MACs, UUID, hostname, interfaces, disk) is not copied.
   */
  copy(ref: string, changes: unknown): Promise<T>;
  /** @throws ResoleError `object-in-use` naming what depends on it; `revision-conflict`. */
  remove(ref: string, options?: RemoveOptions): Promise<Removal<T>>;
}

export interface ServiceContext extends World {
  /** Shared by all nouns: what one write checked stays true until it is done. */
  lock: Lock;
  now(): Date;
  /** Removes one object of a removal, with what is kept for its sake only. */
  discard(gone: Gone): Promise<void>;
}

/** The rules that are the same for every noun, over what `kind` says of this one. */
export const nounService = <Input extends { name: string }>(
  kind: Kind<Input>,
  context: ServiceContext,
): NounService<Input & StoredFields> => {
  type Whole = Input & StoredFields;
  const { store, lock, now, discard } = context;
  const collection = kind.collection(store);
  const show = (ref: string) => kind.find(store, ref);

  /** The input, complete and right; throws everything that is wrong with it. */
  const checked = async (
    what: string,
    raw: unknown,
    self: string | undefined,
    found: readonly Problem[],
  ): Promise<Input> => {
    const { fields, problems } = validate(kind.schema, raw);
    const check = await kind.check(fields, context, self);
    // A field that is wrong by itself has been told; that it is missing then would mislead.
    const told = new Set(problems.map(({ field }) => field.split('.')[0]));
    const further = check.problems.filter(({ field }) => !told.has(field.split('.')[0] ?? ''));
    refuse(what, [...problems, ...nameProblems(fields.name), ...found, ...further]);
    return { ...fields, ...check.changes } as Input;
  };

  const add = async (given: unknown): Promise<Whole> => {
    const input = withoutInherit(given, undefined);
    const measured = await kind.measure(validate(kind.schema, input).fields);
    return lock(async () => {
      const raw = isMapping(input) ? { ...input, ...measured.changes } : input;
      const what = described(kind.noun, isMapping(input) ? input.name : undefined);
      const complete = await checked(what, raw, undefined, measured.problems);
      const object: Whole = stamped({ id: newId(kind.prefix), ...complete }, now());
      await collection.create(object);
      return object;
    });
  };

  return {
    show,
    add,
    list: async ({ name } = {}) =>
      (await collection.list()).filter((object) => name === undefined || object.name === name),
    find: async (query) => matching(store, kind.schema, await collection.list(), query),

    edit: async (ref, given, revision) => {
      const { id, name } = await show(ref);
      const what = described(kind.noun, name);
      const input = withoutInherit(given, null);
      const asked = isMapping(input) ? input : {};
      const measured = await kind.measure(validate(kind.schema, asked).fields);
      return lock(async () => {
        const stored = await show(id);
        const patch = readPatch(stored, input);
        checkRevision(what, stored, revision ?? patch.revision);
        const raw = patched(stored, { ...patch.changes, ...measured.changes });
        const complete = await checked(what, raw, id, [...patch.problems, ...measured.problems]);
        if (!differs(stored, complete)) return stored;
        const next: Whole = rewritten(stored, complete, now());
        await collection.replace(next);
        return next;
      });
    },

    copy: async (ref, changes) => {
      const { name, ...source } = inputOf(await show(ref));
      const own: readonly string[] = kind.unique;
      const shared = Object.entries(source).filter(([field]) => !own.includes(field));
      if (!isMapping(changes)) return add(changes);
      const input = { ...Object.fromEntries(shared), ...changes };
      return add(Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)));
    },

    remove: (ref, { revision, recursive = false, dryRun = false } = {}) =>
      lock(async () => {
        const object = await show(ref);
        const { id, name } = object;
        const what = described(kind.noun, name);
        checkRevision(what, object, revision);
        const removed = await removalOf(store, what, { noun: kind.noun, id, name }, recursive);
        if (!dryRun) for (const gone of removed) await discard(gone);
        return { object, removed };
      }),
  };
};

const described = (noun: string, name: unknown): string =>
  typeof name === 'string' ? `${noun} "${name}"` : noun;

/** A name that looks like an id would make references ambiguous. */
const nameProblems = (name: string | undefined): Problem[] =>
  Id.safeParse(name).success
    ? [{ field: 'name', problem: 'looks like an id', value: name, remedy: 'choose another name' }]
    : [];
