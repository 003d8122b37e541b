/** Reinstalls and the triggers around them. */
import { finalStates, type Job, type JobView } from '@resole/protocol';
import type { Triggers } from './triggers.ts';

/** A job without what its answer file is made of. */
const viewOf = ({ answer: _, ...job }: Job): JobView => job;

/**
 * Asks `before-install` of a job that is planned and about to be sent.
 * @throws ResoleError `refused-by-plugin`, `plugin-failed`: there is no job then.
 */
export const beforeInstall = async (triggers: Triggers, job: Job): Promise<void> => {
  if (job.kind !== 'reinstall' || !triggers.wants('install')) return;
  await triggers.before('install', { job: viewOf(job) });
};

/** Tells `after-install` once, when the job has reached its end, whatever that is (`job.state`). */
export const afterInstall = async (triggers: Triggers, job: Job): Promise<void> => {
  if (job.kind !== 'reinstall' || !finalStates.has(job.state) || !triggers.wants('install')) return;
  await triggers.after('install', { job: viewOf(job) });
};
