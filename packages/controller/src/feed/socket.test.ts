import { FEED_PATH, type FeedEvents, type FeedRequests, type JobView } from '@resole/protocol';
import { io, type Socket } from 'socket.io-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeJob } from '../jobs/testing.ts';
import { newId } from '../store/stored.ts';
import { listeningFeed } from './testing.ts';

/** Somebody's screen, and all that it was sent. */
const screen = (access: { url: string; ca: string }, token?: unknown) => {
  const socket: Socket<FeedEvents, FeedRequests> = io(access.url, {
    ...{ path: FEED_PATH, ca: access.ca, forceNew: true, reconnection: false },
    ...{ transports: ['websocket'], auth: token === undefined ? {} : { token } },
  });
  onTestFinished(() => void socket.close());
  const seen: string[] = [];
  socket.on('job', ({ id, system, event }) => seen.push(`${id} ${system} ${event.type}`));
  socket.on('progress', ({ id, progress }) => seen.push(`${id} ${progress.phase}`));
  socket.on('log', ({ id, text }) => seen.push(`${id} log ${text}`));
  socket.on('agent', ({ id, system, online }) => seen.push(`${id} ${system} ${online}`));
  const connected = new Promise<string>((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('connect_error', ({ message }) => resolve(message));
  });
  const watch = (id: string) =>
    new Promise<JobView | undefined>((resolve) => {
      socket.emit('watch', id, resolve);
    });
  return { socket, seen, connected, watch };
};

test.each([undefined, '', 'wrong', 7, ['right'], { token: 'right' }])(
  'with %j for a token nothing is shown',
  async (token) => {
    const { access, feed } = await listeningFeed();
    const { connected, socket, seen } = screen(access, token);
    expect(await connected).toBe('unauthorized');
    socket.emit('watchAll');
    feed.agent('agt_1', 'sys_1', true);
    expect([socket.connected, seen]).toEqual([false, []]);
  },
);

test('who watches a job is shown it as people may see it, and what happens to it alone', async () => {
  const { access, store, runner, feed } = await listeningFeed();
  const { connected, watch, seen } = screen(access, 'right');
  expect(await connected).toBe('connected');
  const answer = { template: 'image/answer-file.sh', variables: { word: 'secret' } };
  const watched = await runner.submit(makeJob({ answer }));
  const other = await runner.submit(makeJob({ system: newId('sys') }));
  const view = await watch(watched.id);
  const { answer: _, ...shown } = (await store.jobs.get(watched.id)) ?? watched;
  expect(view).toEqual(JSON.parse(JSON.stringify(shown)));
  await runner.happen(other.id, { type: 'accepted' });
  await runner.happen(watched.id, { type: 'accepted' });
  await runner.agentProgress(watched.agent ?? '', watched.id, { phase: 'kernel', percent: 5 });
  feed.log(other, 'other');
  feed.log(watched, 'line');
  feed.agent('agt_1', 'sys_1', true);
  await vi.waitFor(() => expect(seen.at(-1)).toBe(`${watched.id} log line`));
  expect(seen).toEqual([
    `${watched.id} web1 accepted`,
    `${watched.id} kernel`,
    `${watched.id} log line`,
  ]);
});

test('who watches all is shown every job and agent, without the logs', async () => {
  const { access, runner, feed } = await listeningFeed();
  const { connected, socket, watch, seen } = screen(access, 'right');
  await connected;
  socket.emit('watchAll');
  // Requests are taken in turn: after this answer, the one before has been.
  expect(await watch('job_unknown')).toBeNull();
  const jobs = [
    await runner.submit(makeJob()),
    await runner.submit(makeJob({ system: newId('sys') })),
  ];
  for (const job of jobs) feed.log(job, 'line');
  feed.agent('agt_1', 'sys_1', false);
  await vi.waitFor(() => expect(seen.at(-1)).toBe('agt_1 sys_1 false'));
  const events = ['queued', 'dispatched'];
  expect(seen.slice(0, -1)).toEqual(
    jobs.flatMap(({ id }) => events.map((type) => `${id} web1 ${type}`)),
  );
});

test('a request that makes no sense is passed over', async () => {
  const { access } = await listeningFeed();
  const { connected, socket, watch } = screen(access, 'right');
  await connected;
  for (const words of [['watch'], ['watch', 7], ['watch', 'x', 'no function'], ['dance']]) {
    const [name = '', ...rest] = words;
    (socket.emit as (name: string, ...rest: unknown[]) => unknown).call(
      socket,
      String(name),
      ...rest,
    );
  }
  expect(await watch('job_unknown')).toBeNull();
});
