/** One change of an apply: how it is made, on a rehearsal or in earnest. */
import { isDeepStrictEqual } from 'node:util';
import type { Inventory } from '../inventory/inventory.ts';
import type { Mapping } from '../inventory/merge.ts';
import type { DocumentNoun, Plural, Shown } from './nouns.ts';

/** What changes the inventory; `run` does the same whenever it is called. */
export interface Task {
  plural: Plural | 'settings';
  noun: string;
  name: string;
  /** The object that is there already. */
  stored?: Shown;
  verb: 'put' | 'remove';
  /** Only makes way for another one: people aren't told. */
  passing?: boolean;
  /** The same by way of a name that nobody has: of two that swap names, each waits for the other. */
  detour?(): { first: Task; rest: Task };
  run(inventory: Inventory): Promise<Shown | undefined>;
}

/**
 * What an edit has to say so that an object is as it is wished, and no more: null takes a field away.
 * @param learned fields that stay where nothing is said of them.
 */
export const patchOf = (
  before: Mapping,
  wished: Mapping,
  learned: readonly string[] = [],
): Mapping => {
  const isWished = (field: string) => (wished[field] ?? null) !== null;
  const changed = Object.entries(wished).filter(
    ([field, value]) =>
      (isWished(field) || field.startsWith('!')) && !isDeepStrictEqual(value, before[field]),
  );
  const gone = Object.keys(before).flatMap((field) => {
    // Nothing is said any more of a field that was taken away (`!proxy`) once it has neither.
    if (field.startsWith('!')) {
      return field in wished || isWished(field.slice(1)) ? [] : [field.slice(1)];
    }
    const stays = wished[field] === undefined ? learned.includes(field) : isWished(field);
    return stays ? [] : [field];
  });
  return Object.fromEntries([...changed, ...gone.map((field): [string, unknown] => [field, null])]);
};

export const addTask = (
  plural: Plural,
  noun: DocumentNoun,
  name: string,
  fields: Mapping,
): Task => ({
  plural,
  noun: noun.noun,
  name,
  verb: 'put',
  run: (inventory) => noun.service(inventory).add({ ...patchOf({}, fields), name }),
});

export const editTask = (
  plural: Plural,
  noun: DocumentNoun,
  name: string,
  stored: Shown,
  patch: Mapping,
): Task => {
  const { id, revision } = stored;
  const isRenamed = stored.name !== name;
  const changes = isRenamed ? { ...patch, name } : patch;
  const edit = (called: string, said: Mapping, base: number | undefined): Task => ({
    plural,
    noun: noun.noun,
    name: called,
    stored,
    verb: 'put',
    run: async (inventory) =>
      Object.keys(said).length === 0
        ? stored
        : noun.service(inventory).edit(id ?? stored.name, said, base),
  });
  const task = edit(name, changes, revision);
  if (!isRenamed || id === undefined || revision === undefined) return task;
  const between = `renaming.${id}`;
  return {
    ...task,
    detour: () => ({
      first: { ...edit(between, { name: between }, revision), passing: true },
      rest: edit(name, changes, revision + 1),
    }),
  };
};

export const removeTask = (plural: Plural, noun: DocumentNoun, stored: Shown): Task => ({
  plural,
  noun: noun.noun,
  name: stored.name,
  stored,
  verb: 'remove',
  run: async (inventory) => {
    const { id = stored.name, revision } = stored;
    await noun.service(inventory).remove(id, { revision });
    return undefined;
  },
});

export const settingsTask = (patch: Mapping, stored: Shown): Task => ({
  plural: 'settings',
  noun: 'settings',
  name: 'settings',
  stored,
  verb: 'put',
  run: async (inventory) => {
    if (Object.keys(patch).length === 0) return stored;
    return { ...(await inventory.settings.edit(patch, stored.revision)), name: 'settings' };
  },
});
