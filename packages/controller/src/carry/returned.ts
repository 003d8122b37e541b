import type { Job } from '@resole/protocol';
import type { Happening } from '../jobs/record.ts';
import type { Store } from '../store/store.ts';
import { update } from '../store/update.ts';

interface ReturnedDeps {
  store: Pick<Store, 'systems'>;
  happen(job: string, event: Happening): Promise<Job>;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  now(): Date;
}

/** The job is won; the system is from now on what it was reinstalled as. */
export const returned = async (deps: ReturnedDeps, id: string): Promise<void> => {
  const job = await deps.happen(id, { type: 'new-agent-returned' });
  const profile = job.plan.profile?.id;
  if (job.state !== 'returned' || !profile) return;
  await deps.exclusively(async () => {
    const system = await deps.store.systems.get(job.system);
    if (!system || system.profile === profile) return;
    await update(deps.store.systems, system.id, { profile }, deps.now());
  });
};
