import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { FakeClock, makeJob, testRunner } from './testing.ts';

test('a download that goes on is not cut off by its deadline, and one that stops is', async () => {
  const store = memoryStore();
  const clock = new FakeClock();
  let writes = 0;
  const { jobs } = store;
  const runner = testRunner({
    jobs: {
      ...{ get: (id) => jobs.get(id), list: () => jobs.list(), create: (job) => jobs.create(job) },
      replace: (job) => {
        writes += 1;
        return jobs.replace(job);
      },
    },
    clock,
  });
  const { id, agent = '', plan } = await runner.submit(makeJob());
  await runner.happen(id, { type: 'accepted' });
  const before = (await jobs.get(id))?.events;
  const seconds = plan.deadlines.staging ?? 0;
  expect(seconds).toBeGreaterThan(600);

  writes = 0;
  for (let passed = 0; passed < 2 * seconds; passed += 5) {
    await clock.pass(5);
    await runner.agentProgress(agent, id, { phase: 'kernel', percent: 1 });
  }
  const job = await jobs.get(id);
  expect([job?.state, job?.events]).toEqual(['staging', before]);
  expect(writes).toBe((2 * seconds) / 60);

  await clock.pass(seconds + 60);
  expect((await jobs.get(id))?.error?.code).toBe('deadline-passed');
});

test('a job that was cancelled is put off by nothing', async () => {
  const store = memoryStore();
  const clock = new FakeClock();
  const runner = testRunner({
    jobs: store.jobs,
    clock,
  });
  const { id, agent = '' } = await runner.submit(makeJob());
  await runner.happen(id, { type: 'accepted' });
  const cancelled = await runner.cancel(id);
  await clock.pass(120);
  await runner.agentProgress(agent, id, { phase: 'kernel' });
  expect(await store.jobs.get(id)).toEqual(cancelled);
});
