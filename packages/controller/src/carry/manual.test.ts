import type { Job } from '@resole/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../jobs/clock.ts';
import type { JobRunner } from '../jobs/runner.ts';
import { makeJob, testRunner, withoutAgents } from '../jobs/testing.ts';
import { makeSystem } from '../power/testing.ts';
import { memoryStore } from '../store/memory.ts';
import { Carrier } from './carrier.ts';
import { finished } from './returned.ts';

const notHere = async (): Promise<never> => {
  throw new Error('a person does that');
};

/** The real runner and carrier over a store in memory. */
const world = async () => {
  const store = memoryStore();
  const runner: JobRunner = testRunner({
    ...withoutAgents,
    jobs: store.jobs,
    clock: systemClock,
    carry: (job) => carrier.carry(job),
  });
  const finish = (job: string) =>
    finished(
      {
        store,
        happen: (id, event) => runner.happen(id, event),
        exclusively: (task) => task(),
        now: () => new Date(0),
      },
      job,
    );
  const open = () =>
    new Carrier({
      job: (id) => store.jobs.get(id),
      happen: (id, event) => runner.happen(id, event),
      handOver: notHere,
      power: notHere,
      bootIdOf: notHere,
      retire: notHere,
      finished: finish,
      log: () => undefined,
    });
  let carrier = open();
  onTestFinished(async () => {
    await carrier.close();
    await runner.close();
  });
  const system = makeSystem('esx1');
  await store.systems.create(system);
  const { agent: _, ...made } = makeJob({ system: system.id });
  const profile = { id: 'prf_35ahtc7lqn2x6w4dzk5s', name: 'esxi' };
  const plan: Job['plan'] = { ...made.plan, steps: [], method: 'manual', agentless: true, profile };
  const { id } = await runner.submit({ ...made, plan });
  const happen = (type: Parameters<JobRunner['happen']>[1]['type']) => runner.happen(id, { type });
  return {
    happen,
    runner,
    id,
    finish: () => finish(id),
    restart: async () => {
      await carrier.close();
      carrier = open();
      await runner.start();
    },
    profile: async () => (await store.systems.get(system.id))?.profile,
    reached: (state: Job['state']) =>
      vi.waitFor(async () => expect((await store.jobs.get(id))?.state).toBe(state), 5000),
    told: async () => ((await store.jobs.get(id))?.events ?? []).map(({ type }) => type),
  };
};

test('it waits, over a restart too, until the installer tells of itself; its last word is the end', async () => {
  const { happen, finish, restart, profile, reached, told } = await world();
  await reached('armed');
  await restart();
  await happen('answer-file-fetched');
  await reached('installer-booted');
  await happen('installer-started');
  await happen('installer-done');
  await finish();
  await reached('done');
  expect(await profile()).toBe('prf_35ahtc7lqn2x6w4dzk5s');
  expect(await told()).toEqual([
    'queued',
    'accepted',
    'armed',
    'answer-file-fetched',
    'installer-started',
    'installer-done',
    'completed',
  ]);
});

test('an installer that has its answer file on its medium is first heard of when it starts', async () => {
  const { happen, reached } = await world();
  await reached('armed');
  await happen('installer-started');
  await reached('installing');
});

test('a controller that dies before it has written down the end does so when it is back', async () => {
  const { happen, restart, profile, reached } = await world();
  await reached('armed');
  await happen('installer-started');
  await happen('installer-done');
  await reached('installed');
  await restart();
  await reached('done');
  expect(await profile()).toBe('prf_35ahtc7lqn2x6w4dzk5s');
});

test('it can be cancelled until then, and not after it', async () => {
  const waiting = await world();
  await waiting.reached('armed');
  await waiting.runner.cancel(waiting.id);
  await waiting.reached('cancelled');
  expect(await waiting.told()).toEqual([
    'queued',
    'accepted',
    'armed',
    'cancel-requested',
    'disarmed',
  ]);
  const begun = await world();
  await begun.reached('armed');
  await begun.happen('answer-file-fetched');
  await expect(begun.runner.cancel(begun.id)).rejects.toMatchObject({
    code: 'job-past-point-of-no-return',
  });
});
