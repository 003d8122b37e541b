import { type Job, type JobState, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { makeJob } from '../jobs/testing.ts';
import { type AgentPower, agentDriver } from './agent.ts';
import type { PowerTarget } from './driver.ts';

const target: PowerTarget = {
  system: 'sys_22222222222222222222',
  name: 'web1',
  options: {},
  macs: [],
};

/** An agent whose job goes through the states, one at each look. */
const agent = (online: boolean | undefined, ...states: Partial<Job>[]) => {
  const done: string[] = [];
  let job = makeJob({ state: 'queued' });
  const port: AgentPower = {
    // It leaves with its machine.
    isOnline: async () => online && job.state !== 'powered-off',
    start: async (_, kind, force) => {
      done.push(`${kind}${force ? ' forced' : ''}`);
      return job;
    },
    job: async () => {
      job = { ...job, ...states.shift() };
      return job;
    },
    cancel: async () => {
      done.push('cancel');
    },
  };
  return { driver: agentDriver(port), port, done };
};

const io = (milliseconds = 10_000) => ({ signal: AbortSignal.timeout(milliseconds) });
const at = (...states: JobState[]) => states.map((state) => ({ state }));

test('each order is a job, proven by its end', async () => {
  const off = agent(true, ...at('staging', 'handing-over', 'powered-off'));
  expect(await off.driver.acts['soft-off']?.(target, io())).toBe('proven');
  const forced = agent(true, ...at('powered-off'));
  expect(await forced.driver.acts.off?.(target, io())).toBe('proven');
  const reset = agent(true, ...at('handing-over', 'returned'));
  expect(await reset.driver.acts.reset?.(target, io())).toBe('proven');
  expect([off.done, forced.done, reset.done]).toEqual([
    ['shutdown'],
    ['shutdown forced'],
    ['reboot forced'],
  ]);
});

test('an agent that leaves before it acknowledged proves nothing: its job ends by deadline', async () => {
  const error = { code: 'deadline-passed', message: 'nothing was heard in state armed' } as const;
  const { driver } = agent(true, ...at('staging', 'armed'), { state: 'failed', error });
  await expect(driver.acts['soft-off']?.(target, io())).rejects.toMatchObject({
    code: 'power-not-verified',
    message: expect.stringContaining('nothing was heard in state armed'),
  });
});

test('what takes too long is taken back', async () => {
  const { driver, done } = agent(true, ...at('queued'));
  await expect(driver.acts['soft-off']?.(target, io(250))).rejects.toThrow();
  expect(done).toEqual(['shutdown', 'cancel']);
});

test('what can not be taken back any more may still happen', async () => {
  const { driver, port } = agent(true, ...at('handing-over'));
  port.cancel = async () => {
    throw new ResoleError('job-past-point-of-no-return', 'handed over');
  };
  await expect(driver.acts['soft-off']?.(target, io(250))).rejects.toMatchObject({
    code: 'power-not-verified',
    message:
      'the agent of web1 was told to go on, and nothing was heard of it in time: it may still happen',
  });
});

test('without an agent that is there nothing is begun', async () => {
  for (const online of [false, undefined]) {
    const { driver, done } = agent(online);
    expect(await driver.acts.status?.(target, io())).toBe('unknown');
    await expect(driver.acts.reset?.(target, io())).rejects.toMatchObject({
      code: 'agent-offline',
    });
    expect(done).toEqual([]);
  }
  expect(await agent(true).driver.acts.status?.(target, io())).toBe('on');
});

test('an agent that is back at once was not switched off with its machine', async () => {
  const { driver, port } = agent(true, ...at('handing-over', 'powered-off'));
  port.isOnline = async () => true;
  await expect(driver.acts['soft-off']?.(target, io())).rejects.toMatchObject({
    code: 'power-not-verified',
    message: 'the agent of web1 was gone and is back: the machine did not stay off',
  });
});
