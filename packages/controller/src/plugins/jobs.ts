/** Jobs and the triggers around them: reinstalls are `install`, what an agent switches is `power`. */
import { finalStates, type Job, type JobView } from '@resole/protocol';
import type { EventFields } from './events.ts';
import type { PowerEvent } from './power.ts';
import type { Triggers } from './triggers.ts';

/** A job without what its answer file is made of. */
const viewOf = ({ answer: _, ...job }: Job): JobView => job;

const powerOf = ({ id, kind, system, systemName }: Job): PowerEvent => ({
  system: { id: system, name: systemName },
  action: kind,
  driver: 'agent',
  job: id,
});

/**
 * Asks `before-install` or `before-power` of a job that is planned and about to be sent.
 * @throws ResoleError `refused-by-plugin`, `plugin-failed`: there is no job then.
 */
export const beforeJob = async (triggers: Triggers, job: Job): Promise<void> => {
  if (job.kind === 'reinstall') {
    if (triggers.wants('install')) await triggers.before('install', { job: viewOf(job) });
  } else if (job.kind === 'reboot' || job.kind === 'shutdown') {
    if (triggers.wants('power')) await triggers.before('power', { power: powerOf(job) });
  }
};

/** Tells of the job's end, whatever that is (`job.state`); of every other state, nothing. */
export const afterJob = async (triggers: Triggers, job: Job): Promise<void> => {
  if (!finalStates.has(job.state)) return;
  if (job.kind === 'reinstall') {
    if (triggers.wants('install')) await triggers.after('install', { job: viewOf(job) });
  } else if (job.kind === 'reboot' || job.kind === 'shutdown') {
    if (triggers.wants('power')) await triggers.after('power', outcomeOf(job));
  }
};

const outcomeOf = (job: Job): EventFields => {
  const ok = job.state === 'returned' || job.state === 'powered-off';
  return {
    power: { ...powerOf(job), ok, ...(job.error === undefined ? {} : { error: job.error }) },
  };
};
