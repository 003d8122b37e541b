/** Makes the inventory be as a document says: everything is tried before the first write. */
import { ResoleError } from '@resole/protocol';
import type { Inventory } from '../inventory/inventory.ts';
import type { Mapping } from '../inventory/merge.ts';
import { type Problem, refuse } from '../inventory/problems.ts';
import { nounEntries, type Shown, settingsOrder } from './nouns.ts';
import { type Done, rehearse } from './rehearse.ts';
import { addTask, editTask, patchOf, removeTask, settingsTask, type Task } from './tasks.ts';
import { type Wish, type Wishes, wishesOf } from './wishes.ts';
import { fieldsOf, type Names, namesOf, written } from './written.ts';

export interface ApplyOptions {
  /** Only says what would change. */
  dryRun?: boolean | undefined;
  /** Removes what the document doesn't have, of the nouns that it has. */
  prune?: boolean | undefined;
}

export interface Change {
  noun: string;
  name: string;
  action: 'added' | 'changed' | 'removed';
  /** Where it was renamed. */
  oldName?: string;
  /** The fields as a document has them. */
  before?: Mapping;
  after?: Mapping;
}

export interface Applied {
  changes: Change[];
  /** Objects of the document that were like that already. */
  unchanged: number;
}

/**
 * @throws ResoleError with all that is wrong anywhere in the document, before anything is written;
 * each problem's field begins with noun and name, as in `profiles.web.parent`.
 */
export const applyDocument = async (
  inventory: Inventory,
  document: unknown,
  { dryRun = false, prune = false }: ApplyOptions = {},
): Promise<Applied> => {
  const wishes = wishesOf(document);
  const before = await namesOf(inventory);
  const { tasks, problems } = await tasksOf(inventory, wishes, before, prune);
  const stage = await inventory.rehearsal();
  const tried = await rehearse(tasks, stage);
  refuse('the inventory', [...wishes.problems, ...problems, ...tried.problems]);
  const after = await namesOf(stage);
  const changed = tried.done.filter(({ task, after }) => isChange(task, after));
  const result = {
    changes: changed.filter(({ task }) => !task.passing).map((one) => changeOf(one, before, after)),
    unchanged: tried.done.length - changed.length,
  };
  if (!dryRun) await carryOut(inventory, changed);
  return result;
};

const isChange = ({ verb, stored }: Task, after: Shown | undefined): boolean =>
  verb === 'remove' || stored === undefined || stored.revision !== after?.revision;

/** The real thing; what fails now (a trigger's refusal, somebody else's write) stops it. */
const carryOut = async (inventory: Inventory, changes: readonly Done[]): Promise<void> => {
  for (const [index, { task }] of changes.entries()) {
    try {
      await task.run(inventory);
    } catch (error) {
      if (!(error instanceof ResoleError)) throw error;
      throw new ResoleError(error.code, `${task.noun} "${task.name}": ${error.message}`, {
        remedy: `${index} of ${changes.length} changes were made; apply again when that is cleared up`,
        details: error.details,
        cause: error,
      });
    }
  }
};

const tasksOf = async (
  inventory: Inventory,
  { given, settings, objects }: Wishes,
  names: Names,
  prune: boolean,
): Promise<{ tasks: Task[]; problems: Problem[] }> => {
  const tasks: Task[] = [];
  const problems: Problem[] = [];
  if (settings !== undefined) {
    const stored = await inventory.settings.show();
    const patch = patchOf(written(stored, settingsOrder, names), settings);
    tasks.push(settingsTask(patch, { ...stored, name: 'settings' }));
  }
  for (const [plural, noun] of nounEntries) {
    const wishes = objects.filter((wish) => wish.plural === plural);
    if (wishes.length === 0 && !(prune && given.has(plural))) continue;
    const all = await noun.service(inventory).list();
    const byId = new Map<string, Shown>(
      all.flatMap((object) => (object.id === undefined ? [] : [[object.id, object]])),
    );
    const byName = new Map(all.map((object) => [object.name, object]));
    /** Who is meant by its id can't be meant by its old name. */
    const claimed = new Set(wishes.flatMap(({ id }) => (id === undefined ? [] : [byId.get(id)])));
    const meant = new Map<Shown, Wish>();
    for (const wish of wishes) {
      const { name, id, fields } = wish;
      const called = byName.get(name);
      const stored = id === undefined ? (claimed.has(called) ? undefined : called) : byId.get(id);
      const place = `${plural}.${name}`;
      const twin = stored && meant.get(stored);
      if (id !== undefined && stored === undefined) {
        const remedy = 'leave the id out: it only says which object was renamed';
        const problem = `there is no ${noun.noun} with this id`;
        problems.push({ field: `${place}.id`, problem, value: id, remedy });
      } else if (twin !== undefined) {
        problems.push({
          field: `${place}.id`,
          problem: `is the id of ${twin.name} too`,
          value: id,
        });
      } else if (stored === undefined) {
        tasks.push(addTask(plural, noun, name, fields));
      } else {
        meant.set(stored, wish);
        const before = written(stored, fieldsOf(noun), names);
        const patch = patchOf(before, fields, noun.learned?.(before, fields));
        tasks.push(editTask(plural, noun, name, stored, patch));
      }
    }
    if (!prune || !given.has(plural)) continue;
    const left = all.filter((object) => noun.holds?.(object) !== false && !meant.has(object));
    // What is used by others of its noun goes after them; trying again finds the order.
    tasks.push(...left.reverse().map((object) => removeTask(plural, noun, object)));
  }
  return { tasks, problems };
};

const changeOf = ({ task, after }: Done, before: Names, names: Names): Change => {
  const { noun, name, stored, verb } = task;
  const order = orderOf(task);
  return {
    noun,
    name,
    action: verb === 'remove' ? 'removed' : stored === undefined ? 'added' : 'changed',
    ...(stored !== undefined && stored.name !== name ? { oldName: stored.name } : {}),
    ...(stored === undefined ? {} : { before: written(stored, order, before) }),
    ...(after === undefined ? {} : { after: written(after, order, names) }),
  };
};

const orderOf = ({ plural }: Task): string[] => {
  const noun = nounEntries.find(([one]) => one === plural)?.[1];
  return noun === undefined ? settingsOrder : fieldsOf(noun);
};
