import { Id } from '@resole/protocol';
import { newId, rewritten, type StoredFields, stamped } from '../store/stored.ts';
import { plainInput } from './inherit.ts';
import type { Kind } from './kind.ts';
import type { Lock } from './lock.ts';
import { isMapping } from './merge.ts';
import type { Gone, NounService } from './noun-service.ts';
import { checkRevision, differs, inputOf, patched, readPatch } from './patch.ts';
import { type Problem, refuse } from './problems.ts';
import { matching } from './query.ts';
import { removalOf } from './removal.ts';
import { validate } from './validate.ts';
import type { World } from './world.ts';

export type { Gone, NounService, Query, Removal, RemoveOptions } from './noun-service.ts';

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
    const input = plainInput(given, undefined);
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
      const input = plainInput(given, null);
      const asked = isMapping(input) ? input : {};
      const measured = await kind.measure(validate(kind.schema, asked).fields);
      return lock(async () => {
        const stored = await show(id);
        const patch = readPatch(stored, input);
        checkRevision(what, stored, revision ?? patch.revision);
        const raw = patched(inputOf(stored), { ...patch.changes, ...measured.changes });
        const complete = await checked(what, raw, id, [...patch.problems, ...measured.problems]);
        if (!differs(stored, complete)) return stored;
        const next: Whole = rewritten(stored, complete, now());
        await collection.replace(next);
        return next;
      });
    },

    copy: async (ref, changes) => {
      const found = await show(ref);
      const { name, ...source } = inputOf(found);
      const own: readonly string[] = kind.unique(found);
      const shared = Object.entries(source).filter(([field]) => !own.includes(field));
      if (!isMapping(changes)) return add(changes);
      const asked = plainInput(changes, null);
      return add(patched(Object.fromEntries(shared), isMapping(asked) ? asked : {}));
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
