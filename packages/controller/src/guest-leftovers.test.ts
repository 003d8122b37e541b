import type { Job, JobState, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { guestLeftovers } from './guest-leftovers.ts';
import { makeJob } from './jobs/testing.ts';
import { memoryStore } from './store/memory.ts';
import { newId, stamped } from './store/stored.ts';

const now = new Date('2026-01-01T00:00:00Z');

/** A guest's system and the one job that it was made for. */
const world = async (state: JobState, changes: Partial<System> = {}, through: JobState[] = []) => {
  const store = memoryStore();
  const host = newId('sys');
  const fields = { id: newId('sys'), name: 'web7', virtHost: host };
  const system: System = { ...stamped(fields, now), ...changes };
  await store.systems.create(system);
  const events = through.map((each): Job['events'][number] => ({
    type: 'installer-progress',
    at: now.toISOString(),
    state: each,
  }));
  const job = makeJob({ kind: 'virt-create', system: system.id, state, events });
  await store.jobs.create(job);
  const said: string[] = [];
  const leftovers = guestLeftovers(store, {
    exclusively: (task) => task(),
    forgotten: async ({ name }) => void said.push(`forgotten: ${name}`),
    log: (message) => said.push(message),
  });
  return { store, system, job, leftovers, said };
};

const names = async ({ store }: Awaited<ReturnType<typeof world>>) =>
  (await store.systems.list()).map(({ name }) => name);

test.each(['cancelled', 'failed', 'rolled-back'] as const)(
  'a guest whose job %s never was',
  async (state) => {
    const here = await world(state);
    await here.leftovers.afterJob(here.job);
    expect(await names(here)).toEqual([]);
    expect(here.said).toEqual(['forgotten: web7', 'a guest that never was is forgotten']);
  },
);

test.each<[string, JobState, Partial<System>, JobState[]]>([
  ['its job goes on', 'staging', {}, []],
  ['its OS came up', 'returned', {}, ['installing']],
  ['its installer ran: there is something to look at', 'failed', {}, ['installing', 'stalled']],
  ['an operator knew it before, or has edited it', 'cancelled', { revision: 2 }, []],
])('it stays where %s', async (_, state, changes, through) => {
  const here = await world(state, changes, through);
  await here.leftovers.afterJob(here.job);
  await here.leftovers.sweep();
  expect(await names(here)).toEqual(['web7']);
});

test('it stays where a second job is to make it after all', async () => {
  const here = await world('cancelled');
  const { system } = here;
  await here.store.jobs.create(
    makeJob({ kind: 'virt-create', system: system.id, state: 'queued' }),
  );
  await here.leftovers.sweep();
  expect(await names(here)).toEqual(['web7']);
});

test('what a crash left is forgotten at the next start', async () => {
  const here = await world('cancelled');
  await here.leftovers.sweep();
  expect(await names(here)).toEqual([]);
});
