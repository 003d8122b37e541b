/** Why a job can't be cancelled any more. Pure. */
import { finalStates, type Job, ResoleError } from '@resole/protocol';
import { canCancel } from './machine.ts';

/**
 * The step that a job's plan calls the point of no return, once it has begun. A hand-over is no such
 * step: it is a question, and a cancel that comes before the answer wins.
 */
const irrevocable = ({ state, plan, events }: Job): string | undefined => {
  const name = plan.steps[plan.pointOfNoReturn]?.step;
  // Giving a job up that has stalled takes nothing back.
  if (name === undefined || name === 'hand-over' || state === 'stalled') return undefined;
  return events.some(({ type, message }) => type === 'step-started' && message === name)
    ? name
    : undefined;
};

/** @returns `job-final` or `job-past-point-of-no-return`; nothing where it can be cancelled. */
export const cancelRefusal = (job: Job): ResoleError | undefined => {
  const { id, kind, state } = job;
  if (finalStates.has(state)) return new ResoleError('job-final', `job ${id} has ended: ${state}`);
  if (!canCancel(kind, state)) {
    return new ResoleError(
      'job-past-point-of-no-return',
      `job ${id} is in state ${state}: the machine has been handed over`,
      {
        remedy:
          'wait for its end; reset the machine to bring the old OS back if its disk is untouched',
      },
    );
  }
  const step = irrevocable(job);
  if (step === undefined) return undefined;
  return new ResoleError(
    'job-past-point-of-no-return',
    `job ${id} has begun ${step}: what that deletes can't come back`,
    { remedy: `wait for its end, then go on with what is left: resole job watch ${id}` },
  );
};
