import type { Job } from '@resole/protocol';

/** Progress comes every second or so; so often at most is a deadline written anew for it. */
const EVERY_MS = 60_000;

/**
 * The job's record where its agent's progress puts the deadline off, or undefined where it doesn't:
 * in other states than the agent's work, after a cancel, and where it was put off just now. Pure.
 */
export const renewed = (job: Job, now: Date): Job | undefined => {
  const { state, plan, deadline, cancelRequested } = job;
  const seconds = plan.deadlines[state];
  if (state !== 'staging' || cancelRequested || !deadline || seconds === undefined)
    return undefined;
  const due = now.getTime() + seconds * 1000;
  if (due - Date.parse(deadline) < EVERY_MS) return undefined;
  return {
    ...job,
    revision: job.revision + 1,
    updatedAt: now.toISOString(),
    deadline: new Date(due).toISOString(),
  };
};
