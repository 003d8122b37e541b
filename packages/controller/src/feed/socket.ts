import type { Server as HttpsServer } from 'node:https';
import { FEED_PATH, type FeedEvents, type FeedRequests, type Job, JobView } from '@resole/protocol';
import { Server } from 'socket.io';

export interface FeedDeps {
  verifyAdmin(token: string): boolean;
  job(id: string): Promise<Job | undefined>;
}

const ALL = 'all';
const room = (job: string): string => `job:${job}`;

/** People's live feed by socket.io: the same token as for the API, in the handshake's `auth`. */
export const openFeed = (server: HttpsServer, deps: FeedDeps) => {
  const io = new Server<FeedRequests, FeedEvents>(server, {
    path: FEED_PATH,
    // The agents' link shares this listener.
    destroyUpgrade: false,
    serveClient: false,
    transports: ['websocket', 'polling'],
  });
  io.use((socket, next) => {
    const token: unknown = socket.handshake.auth.token;
    const allowed = typeof token === 'string' && deps.verifyAdmin(token);
    next(allowed ? undefined : new Error('unauthorized'));
  });
  io.on('connection', (socket) => {
    // The room is joined before the job is read: nothing that happens in between is missed.
    socket.on('watch', async (id, reply) => {
      if (typeof id !== 'string' || typeof reply !== 'function') return;
      await socket.join(room(id));
      const job = await deps.job(id);
      reply(job && JobView.parse(job));
    });
    socket.on('watchAll', () => void socket.join(ALL));
  });
  return {
    event: (job: Job, event: Job['events'][number]) =>
      io.to([room(job.id), ALL]).emit('job', { id: job.id, system: job.systemName, event }),
    progress: (job: Job, progress: NonNullable<Job['progress']>) =>
      io.to([room(job.id), ALL]).emit('progress', { id: job.id, system: job.systemName, progress }),
    log: (job: Job, text: string) => io.to(room(job.id)).emit('log', { id: job.id, text }),
    agent: (id: string, system: string, online: boolean) =>
      io.to(ALL).emit('agent', { id, system, online }),
    close: () => io.close(),
  };
};

export type Feed = ReturnType<typeof openFeed>;
