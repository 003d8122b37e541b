import type { Job, JobEventType } from '@resole/protocol';
import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { FakeClock, makeJob, testRunner } from './testing.ts';

/** A shutdown whose agent has the yes to go down. */
const world = async () => {
  const store = memoryStore();
  const clock = new FakeClock();
  const open = () =>
    testRunner({
      jobs: store.jobs,
      link: { send: () => true, isOnline: () => false },
      clock,
    });
  const runner = open();
  const { id, agent = '' } = await runner.submit(makeJob({ kind: 'shutdown' }));
  const before: JobEventType[] = ['accepted', 'armed', 'handing-over'];
  for (const type of before) await runner.happen(id, { type });
  const state = async () => ((await store.jobs.get(id)) as Job).state;
  return { runner, clock, agent, id, state, open };
};

test('a machine is off when its agent has stayed away', async () => {
  const { runner, clock, agent, state } = await world();
  await runner.agentLeft(agent);
  await clock.pass(9);
  expect(await state()).toBe('handing-over');
  await clock.pass(2);
  expect(await state()).toBe('powered-off');
});

test('an agent that is back has a machine that is on, for as long as it stays', async () => {
  const { runner, clock, agent, state } = await world();
  await runner.agentLeft(agent);
  await clock.pass(5);
  await runner.agentConnected(agent);
  await clock.pass(60);
  expect(await state()).toBe('handing-over');
  await runner.agentLeft(agent);
  await clock.pass(11);
  expect(await state()).toBe('powered-off');
});

test('after a restart of the controller agents are given time to connect again', async () => {
  const { runner, clock, agent, state, open } = await world();
  await runner.agentLeft(agent);
  await runner.close();
  await clock.pass(3600);
  const next = open();
  await next.start();
  await clock.pass(30);
  expect(await state()).toBe('handing-over');
  await next.agentConnected(agent);
  await clock.pass(120);
  expect(await state()).toBe('handing-over');
});

test('an agent that left while the controller was away counts as gone, in time', async () => {
  const { runner, clock, state, open } = await world();
  await runner.close();
  await clock.pass(600);
  await open().start();
  await clock.pass(59);
  expect(await state()).toBe('handing-over');
  await clock.pass(2);
  expect(await state()).toBe('powered-off');
});
