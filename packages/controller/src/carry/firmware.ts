/** Which machine's firmware is given an installer, and which machine is known to be back. */
import { type Agent, finalStates, type Job } from '@resole/protocol';
import { resolveSystem } from '../inventory/chain.ts';
import type { Store } from '../store/store.ts';

const netboots = async (store: Store, system: string): Promise<Job[]> =>
  (await store.jobs.by('reference', system)).filter(
    (job) => job.system === system && job.plan.method === 'pxe' && !finalStates.has(job.state),
  );

/** From the arming on, until the files of an installer were fetched once: no machine loops. */
const isArmed = ({ state, events }: Job): boolean =>
  (state === 'armed' || state === 'handing-over') &&
  !events.some(({ type }) => type === 'boot-files-fetched');

/** The job whose installer the machine with this MAC is to start now. */
export const armedJob = async (store: Store, mac: string): Promise<Job | undefined> => {
  for (const system of await store.systems.by('mac', mac)) {
    const job = (await netboots(store, system.id)).find(isArmed);
    if (job === undefined) continue;
    const { options } = await resolveSystem(store, system, job.plan.profile?.id);
    return options.netboot === false ? undefined : job;
  }
  return undefined;
};

/**
 * The network boots that have come to nothing, now that an agent is connected: it is none that they
 * brought, and its machine has booted since the hand-over. It knows nothing of them, so the
 * controller has to.
 */
export const cameBack = async (
  store: Store,
  { system, returnOf }: Pick<Agent, 'system' | 'returnOf'>,
  bootId: string,
): Promise<Job[]> =>
  (await netboots(store, system)).filter(
    (job) =>
      returnOf !== job.id &&
      bootId !== job.bootIdBefore &&
      job.events.some(({ type }) => type === 'handing-over'),
  );
