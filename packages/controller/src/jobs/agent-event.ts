import type { AgentEvent, Job, JobState } from '@resole/protocol';
import { handOverFallback } from '../plan/alterations.ts';
import type { Happening } from './record.ts';

/**
 * Whether another takes over from an agent that can't take its machine down. Not for a reinstall:
 * an agent that says so has already taken back what was armed.
 */
const isTakenOver = ({ kind, state, plan }: Pick<Job, 'kind' | 'state' | 'plan'>): boolean =>
  state === 'handing-over' && kind !== 'reinstall' && handOverFallback(plan) !== undefined;

const afterHandOver: ReadonlySet<JobState> = new Set([
  'installer-booted',
  'installing',
  'installed',
  'stalled',
]);

/**
 * Whether the old OS is back: its agent has undone a job whose installer was heard of. It had not
 * noted that it was armed (see `hand-over.ts`), so it does not say itself that it came back.
 */
const isBack = ({ kind, state }: Pick<Job, 'kind' | 'state'>): boolean =>
  kind === 'reinstall' && afterHandOver.has(state);

/**
 * Whether what is over for the guest's host has only begun: the guest's firmware fetches its installer
 * from the controller, and the host knows nothing of that.
 */
const isInstalledByFirmware = ({ kind, plan }: Pick<Job, 'kind' | 'plan'>): boolean =>
  kind === 'virt-create' && plan.method === 'pxe';

/** What an agent's word means for its job. */
export const happeningOf = (
  event: AgentEvent,
  job: Pick<Job, 'kind' | 'state' | 'plan'>,
): Happening => {
  switch (event.type) {
    case 'accepted':
      return { type: 'accepted' };
    case 'disarmed':
      return { type: isBack(job) ? 'old-agent-returned' : 'disarmed' };
    case 'step-started':
      return { type: 'step-started', message: event.step };
    case 'step-done':
      return {
        type: 'step-done',
        message: event.message === undefined ? event.step : `${event.step}: ${event.message}`,
      };
    case 'step-failed':
      return {
        type: isTakenOver(job) ? 'hand-over-failed' : 'step-failed',
        message: `${event.step}: ${event.error.message}`,
        error: event.error,
      };
    case 'refused':
      return { type: 'step-failed', message: event.error.message, error: event.error };
    case 'armed':
      return { type: 'armed', ...(event.message === undefined ? {} : { message: event.message }) };
    case 'handing-over':
      return { type: 'handing-over', bootId: event.bootId };
    case 'completed':
      if (isInstalledByFirmware(job)) {
        return { type: 'step-done', message: `hand-over: ${job.plan.guest?.name} is running` };
      }
      return {
        type: 'completed',
        ...(event.result === undefined ? {} : { result: event.result }),
      };
    case 'came-back':
      return { type: 'old-agent-returned' };
  }
};
