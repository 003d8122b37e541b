/** Which machine's firmware is given an installer, and which machine is known to be back. */
import { type Agent, finalStates, type Job } from '@resole/protocol';
import { resolveSystem } from '../inventory/chain.ts';
import type { Store } from '../store/store.ts';

const unfinished = async (store: Store, system: string): Promise<Job[]> =>
  (await store.jobs.by('reference', system)).filter(
    (job) => job.system === system && !finalStates.has(job.state),
  );

/** Jobs whose installer the firmware fetches: of machines by BMC, and of guests by network boot. */
const netboots = async (store: Store, system: string): Promise<Job[]> =>
  (await unfinished(store, system)).filter(({ plan }) => plan.method === 'pxe');

/** A reboot that its agent has given up and forgotten, and left to the BMC. */
const isTakenOver = ({ kind, events }: Job): boolean =>
  kind === 'reboot' && events.some(({ type }) => type === 'hand-over-failed');

/** A network boot that the controller ordered. A guest's old OS is gone, and can't come back. */
const isByBmc = ({ kind, plan }: Job): boolean => kind === 'reinstall' && plan.method === 'pxe';

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
 * The jobs that a machine has come back from as what it was, now that its agent is connected from
 * another boot than that of the hand-over, without the agent knowing of them: network boots that
 * have come to nothing (it is none that they brought), and reboots that the BMC has done.
 */
export const cameBack = async (
  store: Store,
  { system, returnOf }: Pick<Agent, 'system' | 'returnOf'>,
  bootId: string,
): Promise<Job[]> =>
  (await unfinished(store, system)).filter(
    (job) =>
      (isByBmc(job) || isTakenOver(job)) &&
      returnOf !== job.id &&
      bootId !== job.bootIdBefore &&
      job.events.some(({ type }) => type === 'handing-over'),
  );
