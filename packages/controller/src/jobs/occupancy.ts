/** Who is in whose way: an agent does one job at a time, and so does a system, with exceptions. */
import { finalStates, type Job } from '@resole/protocol';

/** Whether the job's agent is at work on it, or about to be. */
export const occupiesAgent = ({ state, kind, events }: Job): boolean => {
  if (state === 'staging' || state === 'armed') return true;
  const happened = (type: string) => events.some((event) => event.type === type);
  if (state === 'queued') return happened('dispatched');
  // A guest's host is free again once the guest runs.
  return (
    kind === 'virt-create' &&
    state === 'handing-over' &&
    !events.some((event) => event.type === 'step-done' && event.state === 'handing-over')
  );
};

/** The job that an agent that is free gets next. */
export const nextFor = (agent: string, jobs: readonly Job[]): Job | undefined => {
  const waiting = jobs.filter(
    (job) => job.agent === agent && job.state === 'queued' && !occupiesAgent(job),
  );
  // Somebody waits for the answer to a look; the tenth new guest is not in such a hurry.
  return waiting.find(({ kind }) => kind === 'virt') ?? waiting[0];
};

/** The unfinished job of the same system that a new one would have to wait for. */
export const inTheWayOf = (job: Job, jobs: readonly Job[]): Job | undefined =>
  jobs.find(
    (existing) =>
      existing.system === job.system && !finalStates.has(existing.state) && !besides(existing, job),
  );

/** Whether a job may be done beside another one of its system that has not ended. */
const besides = (running: Job, job: Job): boolean =>
  // A guest may be looked at and switched whatever else is done to it.
  running.kind === 'virt' ||
  job.kind === 'virt' ||
  // How an agent is told to switch a machine off that goes out of service.
  (running.kind === 'decommission' && job.kind === 'shutdown');
