import { finalStates, type Job } from '@resole/protocol';
import type { Happening } from '../jobs/record.ts';
import type { Store } from '../store/store.ts';
import { update } from '../store/update.ts';

interface ReturnedDeps {
  store: Pick<Store, 'systems' | 'jobs'>;
  happen(job: string, event: Happening): Promise<Job>;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  now(): Date;
}

/**
 * The job is won; the system is from now on what it was reinstalled as. Called at each connection of
 * the new agent, but done once: what becomes of the system after the job's end is the operator's. The
 * job ends last, so that a crash in between is made good at the next connection.
 */
export const returned = (deps: ReturnedDeps, id: string): Promise<void> =>
  won(deps, id, { type: 'new-agent-returned' });

/** The same where no agent will come: the installer has said its last word. */
export const finished = (deps: ReturnedDeps, id: string): Promise<void> =>
  won(deps, id, { type: 'completed' });

const won = async (deps: ReturnedDeps, id: string, event: Happening): Promise<void> => {
  const job = await deps.store.jobs.get(id);
  if (job === undefined || finalStates.has(job.state)) return;
  const profile = job.plan.profile?.id;
  if (profile !== undefined) {
    await deps.exclusively(async () => {
      const system = await deps.store.systems.get(job.system);
      if (!system || system.profile === profile) return;
      await update(deps.store.systems, system.id, { profile }, deps.now());
    });
  }
  await deps.happen(id, event);
};
