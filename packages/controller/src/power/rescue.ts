/** What is done, once, for a job whose machine does not go on: its plan says by whom. */
import type { Job, JobEventType, PowerResult } from '@resole/protocol';
import type { Happening } from '../jobs/record.ts';
import { handOverFallback } from '../plan/alterations.ts';
import type { RealDriver } from '../plan/switch.ts';

export interface RescueDeps {
  /** One order to one system; what went wrong is in the result. */
  order(system: string, action: 'cycle' | 'off', driver?: RealDriver): Promise<PowerResult>;
  happen(job: string, event: Happening): Promise<Job>;
}

const happened = ({ events }: Job, ...types: JobEventType[]): boolean =>
  events.some(({ type }) => types.includes(type));

/** An order, and what is said of it. */
interface Rescue {
  action: 'cycle' | 'off';
  driver?: RealDriver;
  why: 'in place of the agent' | 'as the policy says';
}

/**
 * What helps a stalled job. The machine of one whose hand-over was not seen is taken down in its
 * agent's place. Nothing was erased while no installer was heard of; once one was, only a policy
 * may cut it off. Pure.
 */
export const rescueOf = (job: Job): Rescue | undefined => {
  const { state, kind, plan } = job;
  if (state !== 'stalled' || happened(job, 'power-cycled', 'power-failed')) return undefined;
  if (plan.alterations.some(({ only }) => only === 'stalled')) {
    return { action: 'cycle', why: 'as the policy says' };
  }
  const driver = handOverFallback(plan);
  const begun = happened(job, 'answer-file-fetched', 'installer-started', 'installer-failed');
  if (driver === undefined || begun) return undefined;
  return { action: kind === 'shutdown' ? 'off' : 'cycle', driver, why: 'in place of the agent' };
};

/** Does it, and tells the job. Does nothing where nothing helps, or it was done already. */
export const rescue = async ({ order, happen }: RescueDeps, job: Job): Promise<void> => {
  const planned = rescueOf(job);
  if (planned === undefined) return;
  const { action, driver: planner, why } = planned;
  // Said before it is done: a machine that is quickly back ends the job.
  await happen(job.id, {
    type: 'step-started',
    message: `power ${action}, ${why}: ${job.error?.message}`,
  });
  const { error, driver = planner, reasons } = await order(job.system, action, planner);
  const brackets = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  if (error === undefined) {
    const type = action === 'off' ? 'completed' : 'power-cycled';
    await happen(job.id, { type, message: `by ${driver}${brackets}` });
    return;
  }
  const message = `${driver}: ${error.message}${brackets}`;
  await happen(job.id, { type: 'power-failed', message });
  // Its machine runs on as before, and nothing is left that could change that.
  if (happened(job, 'hand-over-failed')) {
    await happen(job.id, { type: 'step-failed', message });
  }
};
