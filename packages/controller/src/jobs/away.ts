/** Whether a machine that was to go off is off: an agent whose process alone has died is soon back. */
import type { Job, JobEventType, JobState } from '@resole/protocol';

/** Seconds; its service starts an agent anew after 5 s, and one that is cut off tries again within 3 s. */
export const AWAY_SECONDS = 10;

/**
 * Seconds that agents may take to connect again after the controller itself was away: up to 30 s
 * between two tries, and the handshake.
 */
export const RECONNECT_SECONDS = 60;

/** Whether this event begins the wait for an agent that has to stay away. */
export const isLeaving = (
  kind: Job['kind'],
  state: JobState,
  event: JobEventType | undefined,
): boolean => kind === 'shutdown' && state === 'handing-over' && event === 'agent-left';

/** Whether the job waits to see that its agent, which has left, stays away. */
export const isAway = ({ kind, state, events }: Pick<Job, 'kind' | 'state' | 'events'>): boolean =>
  isLeaving(kind, state, events.at(-1)?.type);
