/** A reinstall without an agent: network boot once, and a power cycle. */
import type { Job, PowerResult } from '@resole/protocol';
import type { CarryDeps, Course } from './ports.ts';

type Order = Parameters<CarryDeps['power']>[1];

const happened = (job: Job, ...types: string[]): boolean =>
  job.events.some(({ type }) => types.includes(type));

/** Why it took another way, or how it is known, in brackets. */
const by = ({ driver, reasons }: PowerResult): string =>
  `by ${driver}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`;

/**
 * Everything up to the hand-over can be done again, so a restart begins anew. After it the orders are
 * repeated only while the firmware has not asked for its boot script: until then nothing was started
 * that another power cycle could spoil.
 */
export const netbootCourse: Course = async (deps, job, signal) => {
  const { id, system, plan } = job;
  const planned = plan.alterations.find(({ action }) => action === 'boot-device')?.driver;
  const driver = planned as Order['driver'];
  const order = (more: Omit<Order, 'driver'>) =>
    deps.power(system, { ...more, ...(driver && { driver }) }, signal);
  const boot = (device: 'pxe' | 'none') =>
    order({
      action: 'boot-device',
      boot: { device, efi: plan.bootMode === 'uefi', persistent: false },
    });

  /** One order, told to the job. @returns whether it worked; a failure is the job's end. */
  const step = async (name: string, work: () => Promise<PowerResult>): Promise<boolean> => {
    await deps.happen(id, { type: 'step-started', message: name });
    const result = await work();
    // The controller is closing: the next start takes it up.
    if (signal.aborted) return false;
    const { error, state } = result;
    if (error === undefined) {
      const seen = state === undefined ? '' : `${state}, `;
      await deps.happen(id, { type: 'step-done', message: `${name}: ${seen}${by(result)}` });
      return true;
    }
    const now = await deps.job(id);
    // The firmware's word counts for more than that of its BMC; and what was ordered may yet come.
    const begun = now !== undefined && happened(now, 'boot-script-fetched');
    if (now?.state === 'handing-over' && (begun || error.code === 'power-not-verified')) {
      await deps.happen(id, { type: 'step-done', message: `${name}: ${error.message}` });
      return true;
    }
    await deps.happen(id, { type: 'step-failed', message: `${name}: ${error.message}`, error });
    return false;
  };
  const disarm = async () => {
    const { error } = await boot('none');
    if (error) deps.log('a network boot could not be taken back', { job: id, error });
    await deps.happen(id, { type: 'disarmed' });
  };

  const handedOver = job.state === 'handing-over';
  if (handedOver && happened(job, 'boot-script-fetched', 'agent-left')) return;
  if (!handedOver) {
    await deps.happen(id, { type: 'accepted' });
    if (!(await step('power status', () => order({ action: 'status' })))) return;
    if ((await deps.job(id))?.cancelRequested)
      return void (await deps.happen(id, { type: 'disarmed' }));
  }
  if (!(await step('boot-device pxe', () => boot('pxe')))) return;
  if (!handedOver) {
    await deps.happen(id, { type: 'armed', message: 'for one boot' });
    const { state } = await deps.handOver(id, await deps.bootIdOf(system));
    if (state !== 'handing-over') return disarm();
  }
  const cycled = await step('power cycle', () => order({ action: 'cycle' }));
  if (!cycled && !signal.aborted) await boot('none');
};
