import { expect, test } from 'vitest';
import { systemClock } from '../jobs/clock.ts';
import { makeJob, testRunner } from '../jobs/testing.ts';
import { makeSystem } from '../power/testing.ts';
import { memoryStore } from '../store/memory.ts';
import { update } from '../store/update.ts';
import { returned } from './returned.ts';

const now = () => new Date(0);
const [before, installed, edited] = ['prf_old', 'prf_new', 'prf_other'];

/** A reinstall whose installer is done, and the runner that keeps it. */
const world = async () => {
  const store = memoryStore();
  const system = { ...makeSystem('web1'), profile: before };
  await store.systems.create(system);
  const made = makeJob({ system: system.id, state: 'installed' });
  const job = { ...made, plan: { ...made.plan, profile: { id: installed, name: 'new' } } };
  await store.jobs.create(job);
  const runner = testRunner({
    jobs: store.jobs,
    clock: systemClock,
  });
  const deps = {
    store,
    happen: runner.happen.bind(runner),
    exclusively: <T>(task: () => Promise<T>) => task(),
    now,
  };
  const state = async () => [
    (await store.jobs.get(job.id))?.state,
    (await store.systems.get(system.id))?.profile,
  ];
  return { store, system, job, deps, state };
};

test('the system becomes what it was reinstalled as, once: a later edit outlives reconnects', async () => {
  const { store, system, job, deps, state } = await world();
  await returned(deps, job.id);
  expect(await state()).toEqual(['returned', installed]);
  await update(store.systems, system.id, { profile: edited }, now());
  await returned(deps, job.id);
  expect(await state()).toEqual(['returned', edited]);
});

test('a crash between the two writes is made good at the next connection', async () => {
  const { job, deps, state } = await world();
  const killed = { ...deps, happen: () => Promise.reject(new Error('killed')) };
  await expect(returned(killed, job.id)).rejects.toThrow('killed');
  expect(await state()).toEqual(['installed', installed]);
  await returned(deps, job.id);
  expect(await state()).toEqual(['returned', installed]);
});

test('a job that has ended otherwise changes nothing', async () => {
  const { job, deps, state } = await world();
  await deps.happen(job.id, { type: 'wrong-os-returned' });
  await returned(deps, job.id);
  await returned(deps, 'job_gone');
  expect(await state()).toEqual(['failed', before]);
});
