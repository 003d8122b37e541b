import type { Job } from '@resole/protocol';
import { isAway, isLeaving } from './away.ts';
import type { Happening } from './record.ts';

/** What happened to a stored job when no controller was there to write it down. */
export const missedBy = (job: Job): Happening | undefined => {
  // Older versions wrote a job before they queued it, and may have been killed in between.
  if (job.state === 'planned') return { type: 'queued' };
  // Its agent may have left.
  if (isLeaving(job.kind, job.state, 'agent-left') && !isAway(job)) return { type: 'agent-left' };
  return undefined;
};
