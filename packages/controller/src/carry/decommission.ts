/** A machine's end of service: off, and nothing that it has is believed any more. */
import type { PowerAction, PowerResult } from '@resole/protocol';
import type { CarryDeps, Course } from './ports.ts';

/** Remembered in the job, so that a restart does not ask an agent that is gone. */
const OFF = 'the machine is off';

type Driver = Parameters<CarryDeps['power']>[1]['driver'];

/**
 * Every part can be done again: what is off stays off, what is revoked stays so. So a restart goes
 * through it anew, and an agent that is gone by then is no obstacle where its leaving was seen.
 */
export const decommissionCourse: Course = async (deps, job, signal) => {
  const { id, system, plan } = job;
  const [planned] = plan.alterations;
  const order = (action: PowerAction, driver: string) =>
    deps.power(system, { action, driver: driver as Driver }, signal);
  const told = (name: string, { driver, error, state, changed }: PowerResult) => {
    const what = error?.message ?? `${state ?? 'done'}${changed ? '' : ' already'}`;
    return deps.happen(id, { type: 'step-done', message: `${name} by ${driver}: ${what}` });
  };

  /** The first that can do it, then the fall-back, then without asking the OS. @returns why not. */
  const switchOff = async (): Promise<PowerResult['error']> => {
    const { driver = '', fallback } = planned ?? {};
    const asked = await order('soft-off', driver);
    if (signal.aborted) return undefined;
    await told('soft-off', asked);
    const hard = fallback ?? (driver === 'agent' ? undefined : driver);
    if (hard === undefined) return asked.error;
    if (hard !== driver) {
      // Also after the agent's yes: it is gone before its machine is off, which must not be cut short.
      const again = await order('soft-off', hard);
      if (signal.aborted) return undefined;
      await told(asked.error ? 'fall-back: soft-off' : 'soft-off', again);
    }
    // Asks for the state first: one that is off is left alone, and only the BMC's word is proof.
    const off = await order('off', hard);
    if (!signal.aborted) await told('off', off);
    return off.error;
  };

  if (job.state !== 'handing-over') {
    await deps.happen(id, { type: 'accepted' });
    await deps.happen(id, { type: 'armed' });
    const { state } = await deps.handOver(id, undefined);
    if (state !== 'handing-over') return void (await deps.happen(id, { type: 'disarmed' }));
  }
  if (planned !== undefined) {
    const done = job.events.some(({ type, message }) => type === 'step-done' && message === OFF);
    const error = done ? undefined : await switchOff();
    if (signal.aborted) return;
    if (error) {
      const message = `it is not off: ${error.message}`;
      return void (await deps.happen(id, { type: 'step-failed', message, error }));
    }
    await deps.happen(id, { type: 'step-done', message: OFF });
  }
  await deps.retire(system);
  await deps.happen(id, { type: planned === undefined ? 'marked' : 'completed' });
};
