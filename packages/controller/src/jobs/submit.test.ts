import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import type { JobStore } from './ports.ts';
import { dyingStore, FakeClock, makeJob, testRunner } from './testing.ts';

/** A controller over jobs that others may have left. */
const controller = (jobs: JobStore) => {
  const carried: string[] = [];
  const clock = new FakeClock();
  const runner = testRunner({
    jobs,
    clock,
    carry: ({ id, state }) => carried.push(`${id} ${state}`),
  });
  return { runner, carried, clock };
};

test('a job is queued in the write that makes it', async () => {
  const store = memoryStore();
  const { runner } = controller(dyingStore(store.jobs, 1));
  const job = makeJob();
  await runner.submit(job).catch(() => undefined);
  const stored = await store.jobs.get(job.id);
  expect([stored?.state, stored?.revision, stored?.events.map(({ type }) => type)]).toEqual([
    'queued',
    1,
    ['queued'],
  ]);
  expect(stored?.deadline).toBeDefined();
});

test('a job that a killed controller of an older version left planned is taken up', async () => {
  const store = memoryStore();
  const { agent: _, ...own } = makeJob();
  const sent = makeJob();
  for (const job of [own, sent]) await store.jobs.create(job);
  const { runner, carried, clock } = controller(store.jobs);
  await runner.start();
  expect(carried).toEqual([`${own.id} queued`]);
  await runner.agentConnected(sent.agent ?? '');
  expect((await store.jobs.get(sent.id))?.events.map(({ type }) => type)).toEqual([
    'queued',
    'dispatched',
  ]);
  for (let days = 0; days < 6; days += 1) await clock.pass(24 * 3600);
  expect((await store.jobs.list()).map(({ state }) => state)).toEqual(['failed', 'failed']);
});
