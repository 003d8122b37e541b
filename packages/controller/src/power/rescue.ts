/** What is done, once, for a job whose machine does not go on: its plan says by whom. */
import type { Job, JobEventType, PowerResult } from '@resole/protocol';
import type { Happening } from '../jobs/record.ts';
import { handOverFallback } from '../plan/alterations.ts';
import type { RealDriver } from '../plan/switch.ts';

export interface RescueDeps {
  /**
   * One order to one system; what went wrong is in the result.
   * @param due whether it is still wanted when the system's turn comes; nothing is done where not.
   */
  order(
    system: string,
    action: 'cycle' | 'off',
    driver: RealDriver | undefined,
    due: () => Promise<boolean>,
  ): Promise<PowerResult>;
  job(id: string): Promise<Job | undefined>;
  happen(job: string, event: Happening): Promise<Job>;
  /** Ends with the controller. */
  signal: AbortSignal;
}

const happened = ({ events }: Job, ...types: JobEventType[]): boolean =>
  events.some(({ type }) => types.includes(type));

/** What a job may be helped after. An installer that says itself that it failed has a machine that is alive. */
const helpedAfter: ReadonlySet<JobEventType> = new Set(['deadline-passed', 'hand-over-failed']);

/** Whether this may have been what stalled a job that can be helped. */
export const mayHelpAfter = (type: JobEventType): boolean => helpedAfter.has(type);

/** How it stalled, whatever was heard of since. */
const stalledBy = ({ events }: Job): JobEventType | undefined =>
  events.findLast(({ type }) => helpedAfter.has(type) || type === 'installer-failed')?.type;

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
  if (!helpedAfter.has(stalledBy(job) ?? 'installer-failed')) return undefined;
  if (plan.alterations.some(({ only }) => only === 'stalled')) {
    return { action: 'cycle', why: 'as the policy says' };
  }
  const driver = handOverFallback(plan);
  const begun = happened(job, 'answer-file-fetched', 'installer-started', 'installer-failed');
  if (driver === undefined || begun) return undefined;
  return { action: kind === 'shutdown' ? 'off' : 'cycle', driver, why: 'in place of the agent' };
};

/**
 * Does it, and tells the job. Does nothing where nothing helps, or it was done already. An order that
 * the controller's end cuts off is not told, so that the next start gives it again.
 */
export const rescue = async (deps: RescueDeps, id: string): Promise<void> => {
  const { order, happen, signal } = deps;
  const job = await deps.job(id);
  if (job === undefined || signal.aborted) return;
  const planned = rescueOf(job);
  if (planned === undefined) return;
  const { action, driver: planner, why } = planned;
  // Said before it is done: a machine that is quickly back ends the job.
  const message = `power ${action}, ${why}: ${job.error?.message}`;
  await happen(id, { type: 'step-started', message });
  let wanted = true;
  const due = async () => {
    const now = await deps.job(id);
    wanted = now !== undefined && rescueOf(now) !== undefined;
    return wanted;
  };
  const result = await order(job.system, action, planner, due);
  if (!wanted || (signal.aborted && result.error !== undefined)) return;
  for (const event of outcome(job, action, planner, result)) await happen(id, event);
};

/** What the job is told of it. */
const outcome = (
  job: Job,
  action: Rescue['action'],
  planner: RealDriver | undefined,
  { error, driver = planner, reasons }: PowerResult,
): Happening[] => {
  const brackets = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  if (error === undefined) {
    const type = action === 'off' ? 'completed' : 'power-cycled';
    return [{ type, message: `by ${driver}${brackets}` }];
  }
  const message = `${driver}: ${error.message}${brackets}`;
  // Its machine runs on as before, and nothing is left that could change that.
  const ended = happened(job, 'hand-over-failed');
  return [
    { type: 'power-failed', message },
    ...(ended ? [{ type: 'step-failed', message } as const] : []),
  ];
};
