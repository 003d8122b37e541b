import { type AgentEvent, finalStates, type Job } from '@resole/protocol';

/** A cancelled job's hand-over is refused although the state would take it. */
export const isTooLate = (job: Pick<Job, 'cancelRequested'>, event: AgentEvent): boolean =>
  job.cancelRequested && event.type === 'handing-over';

/**
 * Whether the agent may go on after its word was taken in. Down goes a machine once: by a hand-over
 * that is in the record, asked for in this boot. An agent that asks from another one, as after a power
 * cut that it came back from without having noted its arming, undoes and forgets.
 */
export const mayGoOn = (job: Job, event: AgentEvent): boolean => {
  if (finalStates.has(job.state) || isTooLate(job, event)) return false;
  return event.type !== 'handing-over' || event.bootId === job.bootIdBefore;
};
