/** Systems of guests that never were: made for a job that came to nothing, they leave with it. */
import type { Job, System } from '@resole/protocol';
import { dependantsOf } from './inventory/dependants.ts';
import { discard } from './inventory/discard.ts';
import type { Store } from './store/store.ts';

/** Once a job was in one of these, there was a guest, and perhaps there still is. */
const lived: ReadonlySet<Job['state']> = new Set([
  'installer-booted',
  'installing',
  'installed',
  'stalled',
]);

/** Whether nothing of its guest is on the host: what an agent has begun it undoes. */
const cameToNothing = ({ kind, state, events }: Job): boolean =>
  kind === 'virt-create' &&
  (state === 'cancelled' || state === 'failed' || state === 'rolled-back') &&
  !events.some((event) => lived.has(event.state));

interface Ports {
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  /** Told of a system that was removed. */
  forgotten(system: System): Promise<void>;
  log(message: string, fields: Record<string, unknown>): void;
}

export interface GuestLeftovers {
  /**
   * Removes a guest's system where nobody else has anything to do with it: it was made for a job,
   * that job and any other of it came to nothing, and no operator has touched it.
   */
  forget(system: string): Promise<void>;
  /** The same for the system of a job that has ended; never fails. */
  afterJob(job: Job): Promise<void>;
  /** What a crash of the controller kept from being forgotten. */
  sweep(): Promise<void>;
}

export const guestLeftovers = (
  store: Store,
  { exclusively, forgotten, log }: Ports,
): GuestLeftovers => {
  const forget = (id: string): Promise<void> =>
    exclusively(async () => {
      const system = await store.systems.get(id);
      // One that was there before was revised when it became a guest.
      if (system?.virtHost === undefined || system.revision > 1) return;
      const jobs = (await store.jobs.by('reference', id)).filter((job) => job.system === id);
      if (!jobs.every(cameToNothing) || (await dependantsOf(store, id)).length > 0) return;
      await discard(store, { noun: 'system', id, name: system.name });
      await forgotten(system);
      log('a guest that never was is forgotten', { system: id, name: system.name });
    });
  return {
    forget,
    afterJob: async (job) => {
      if (!cameToNothing(job)) return;
      await forget(job.system).catch((error) =>
        log('a guest that never was could not be forgotten', {
          system: job.system,
          error: String(error),
        }),
      );
    },
    sweep: async () => {
      const failed = (await store.jobs.list()).filter(cameToNothing);
      for (const id of new Set(failed.map(({ system }) => system))) await forget(id);
    },
  };
};
