/** Tries tasks on a copy of the inventory: which can be done, in which order, and what is wrong. */
import { ResoleError } from '@resole/protocol';
import type { Inventory } from '../inventory/inventory.ts';
import type { Problem } from '../inventory/problems.ts';
import type { Shown } from './nouns.ts';
import type { Task } from './tasks.ts';

export interface Done {
  task: Task;
  /** Undefined for what was removed. */
  after: Shown | undefined;
}

export interface Rehearsed {
  /** In the order in which they came true. */
  done: Done[];
  problems: Problem[];
}

/**
 * What one task waits for may come of a later one (a name or a MAC that becomes free), so the rest
 * is tried again as long as that helps.
 */
export const rehearse = async (tasks: readonly Task[], stage: Inventory): Promise<Rehearsed> => {
  const done: Done[] = [];
  let waiting = [...tasks];
  for (;;) {
    const before = done.length;
    const failed: Failed[] = [];
    for (const task of waiting) {
      try {
        done.push({ task, after: await task.run(stage) });
      } catch (error) {
        if (!(error instanceof ResoleError)) throw error;
        failed.push({ task, error });
      }
    }
    if (failed.length === 0) return { done, problems: [] };
    waiting = failed.map(({ task }) => task);
    if (done.length > before) continue;
    const around = await detour(failed, stage);
    if (around === undefined) return { done, problems: problemsOf(failed) };
    done.push(around.done);
    waiting = around.waiting;
  }
};

interface Failed {
  task: Task;
  error: ResoleError;
}

/** One of those that wait for each other's names lets go of its own. */
const detour = async (
  failed: readonly Failed[],
  stage: Inventory,
): Promise<{ done: Done; waiting: Task[] } | undefined> => {
  const waits = failed.find(({ task, error }) => error.code === 'name-taken' && task.detour);
  const way = waits?.task.detour?.();
  if (waits === undefined || way === undefined) return undefined;
  const { first, rest } = way;
  try {
    const after = await first.run(stage);
    const waiting = failed.map(({ task }) => (task === waits.task ? rest : task));
    return { done: { task: first, after }, waiting };
  } catch (error) {
    // Told is what it was tried for.
    if (error instanceof ResoleError) return undefined;
    throw error;
  }
};

/** Without those that only follow from others: what mentions an object that is itself wrong. */
const problemsOf = (failed: readonly Failed[]): Problem[] => {
  const wrong = new Set(failed.map(({ task }) => `there is no ${task.noun} "${task.name}"`));
  const all = failed.flatMap(({ task, error }) => detailsOf(task, error));
  const first = all.filter(({ problem }) => !wrong.has(problem));
  return first.length > 0 ? first : all;
};

const detailsOf = ({ plural, name }: Task, error: ResoleError): Problem[] => {
  const place = plural === 'settings' ? 'settings' : `${plural}.${name}`;
  const { code, message, remedy, details } = error;
  const inside = details.filter(({ field }) => field !== '');
  if (inside.length === 0) {
    return [{ field: place, code, problem: message, ...(remedy === undefined ? {} : { remedy }) }];
  }
  return inside.map((detail) => ({ ...detail, code, field: `${place}.${detail.field}` }));
};
