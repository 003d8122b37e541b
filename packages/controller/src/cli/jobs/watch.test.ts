import type { JobEventType } from '@resole/protocol';
import { expect, test, vi } from 'vitest';
import { listeningFeed } from '../../feed/testing.ts';
import { makeJob } from '../../jobs/testing.ts';
import { newId } from '../../store/stored.ts';
import type { JobScreen } from './view.ts';
import { errorOfJob, watchJob } from './watch.ts';

const never = new AbortController().signal;

/** What a screen is told, in order. */
const notes = () => {
  const told: string[] = [];
  const screen: JobScreen = {
    event: (job, event) => void told.push(`${job.systemName} ${event.type} ${event.state}`),
    progress: ({ phase, percent }) => void told.push(`${phase} ${percent}`),
    close: () => void told.push('closed'),
  };
  return { told, screen };
};

const world = async () => {
  const feed = await listeningFeed();
  const { runner } = feed;
  const { id, agent = '' } = await runner.submit(makeJob());
  const happen = async (...types: JobEventType[]) => {
    for (const type of types) await runner.happen(id, { type });
  };
  return { ...feed, id, agent, happen };
};

test('what was before, what comes, how far it is, each once and to the end', async () => {
  const { access, id, agent, runner, happen } = await world();
  await happen('accepted');
  const { told, screen } = notes();
  const watching = watchJob(access, id, screen, never);
  await vi.waitFor(() => expect(told).toHaveLength(3));
  await runner.agentProgress(agent, id, { phase: 'kernel', percent: 40 });
  await vi.waitFor(() => expect(told).toHaveLength(4));
  await happen('armed', 'handing-over', 'installer-started', 'new-agent-returned');
  const job = await watching;
  expect([job.state, errorOfJob(job)]).toEqual(['returned', undefined]);
  expect(told).toEqual([
    'web1 queued queued',
    'web1 dispatched queued',
    'web1 accepted staging',
    'kernel 40',
    'web1 armed armed',
    'web1 handing-over handing-over',
    'web1 installer-started installing',
    'web1 new-agent-returned returned',
    'closed',
  ]);
});

test('what happened while the connection was down is shown when it is back, and nothing twice', async () => {
  const { access, id, happen, cut, connections } = await world();
  const { told, screen } = notes();
  const watching = watchJob(access, id, screen, never);
  await vi.waitFor(() => expect(told).toHaveLength(2));
  cut();
  await vi.waitFor(() => expect(connections()).toBe(0));
  await happen('accepted', 'armed');
  await vi.waitFor(() => expect(told).toHaveLength(4), 10_000);
  await happen('disarmed');
  expect((await watching).state).toBe('cancelled');
  expect(told).toEqual([
    'web1 queued queued',
    'web1 dispatched queued',
    'web1 accepted staging',
    'web1 armed armed',
    'web1 disarmed cancelled',
    'closed',
  ]);
}, 20_000);

test('a job that has ended, and one that stalls, is over: its error is the result', async () => {
  const { access, id, happen } = await world();
  await happen('accepted', 'armed', 'handing-over', 'deadline-passed');
  const job = await watchJob(access, id, notes().screen, never);
  expect(job.state).toBe('stalled');
  expect(errorOfJob(job)).toMatchObject({ code: 'deadline-passed' });
  await happen('old-agent-returned');
  const ended = await watchJob(access, id, notes().screen, never);
  expect(errorOfJob(ended)).toMatchObject({ code: 'rolled-back' });
});

test('an unknown job, a wrong token and an interruption end it with their reason', async () => {
  const { access, id } = await world();
  const { told, screen } = notes();
  await expect(watchJob(access, 'job_unknown', screen, never)).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(watchJob({ ...access, token: 'wrong' }, id, screen, never)).rejects.toMatchObject({
    code: 'unauthorized',
  });
  expect(told).toEqual(['closed', 'closed']);
  const interruption = new AbortController();
  const watching = watchJob(access, id, screen, interruption.signal);
  interruption.abort(new Error('interrupted'));
  await expect(watching).rejects.toThrow('interrupted');
});

test('what happens to another job is not shown', async () => {
  const { access, id, runner, happen } = await world();
  const other = await runner.submit(makeJob({ system: newId('sys') }));
  const { told, screen } = notes();
  const watching = watchJob(access, id, screen, never);
  await vi.waitFor(() => expect(told).toHaveLength(2));
  await runner.happen(other.id, { type: 'accepted' });
  await happen('cancel-requested');
  expect((await watching).state).toBe('cancelled');
  expect(told).toEqual([
    'web1 queued queued',
    'web1 dispatched queued',
    'web1 cancel-requested cancelled',
    'closed',
  ]);
});
