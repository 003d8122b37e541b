import {
  FEED_PATH,
  type FeedEvents,
  type FeedRequests,
  finalStates,
  type JobState,
  type JobView,
  ResoleError,
} from '@resole/protocol';
import { io, type Socket } from 'socket.io-client';
import type { Access } from '../access.ts';
import type { JobScreen } from './view.ts';

/** States in which nothing more is to be expected without somebody's hand. */
const isOver = (state: JobState): boolean => finalStates.has(state) || state === 'stalled';

/**
 * Follows a job over the live feed until it is over, and shows each event once: also those that
 * happened before, and those that were missed while the connection was down.
 * @returns the job as it ended, or stalled.
 */
export const watchJob = async (
  access: Access,
  id: string,
  screen: JobScreen,
  signal: AbortSignal,
): Promise<JobView> => {
  const socket: Socket<FeedEvents, FeedRequests> = io(access.url, {
    path: FEED_PATH,
    auth: { token: access.token },
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelayMax: 3000,
    ...(access.ca === undefined ? {} : { ca: access.ca }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<JobView>();
  const interrupt = () => reject(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  let shown = 0;

  const refresh = () =>
    socket.emit('watch', id, (job) => {
      if (!job) return reject(new ResoleError('not-found', `no job ${id}`));
      for (const event of job.events.slice(shown)) screen.event(job, event);
      shown = job.events.length;
      if (isOver(job.state)) resolve(job);
    });
  socket.on('connect', refresh);
  socket.on('connect_error', (error) => {
    if (error.message === 'unauthorized') {
      reject(new ResoleError('unauthorized', 'the controller refused the token'));
    }
  });
  socket.on('job', (change) => {
    if (change.id === id) refresh();
  });
  socket.on('progress', (change) => {
    if (change.id === id) screen.progress(change.progress);
  });

  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', interrupt);
    socket.close();
    screen.close();
  }
};

/** The error that a watched job ends with, or undefined where it did what was asked. */
export const errorOfJob = (job: JobView): ResoleError | undefined => {
  if (['returned', 'powered-off', 'done'].includes(job.state)) return undefined;
  const { code, message, remedy, details } = job.error ?? {
    code: job.state === 'cancelled' ? ('cancelled' as const) : ('internal' as const),
    message: `job ${job.id} ended ${job.state}`,
  };
  return new ResoleError(code, `${job.systemName} ${job.state}: ${message}`, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(details === undefined ? {} : { details }),
  });
};
