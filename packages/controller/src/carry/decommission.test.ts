import type { Job } from '@resole/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../jobs/clock.ts';
import type { JobRunner } from '../jobs/runner.ts';
import { makeJob, testRunner, withoutAgents } from '../jobs/testing.ts';
import { alterations, type InTurn } from '../plan/alterations.ts';
import type { PowerActs } from '../power/driver.ts';
import { noPrivilege } from '../power/failures.ts';
import { memoryPower } from '../power/memory.ts';
import { makeSystem, stub, testService } from '../power/testing.ts';
import { memoryStore } from '../store/memory.ts';
import { Carrier } from './carrier.ts';

const world = (drivers: InTurn | undefined, agentOff?: PowerActs['soft-off']) => {
  const memory = memoryPower();
  const system = makeSystem('web1', { driver: 'ipmi', address: 'bmc1', password: 'x' });
  memory.states.set(system.id, 'on');
  const agent = stub(agentOff === undefined ? {} : { 'soft-off': agentOff });
  const { service } = testService({
    systems: [system],
    drivers: { ipmi: memory.driver, agent },
    secondMs: 1,
  });
  const store = memoryStore();
  const retired: string[] = [];
  const runner: JobRunner = testRunner({
    ...withoutAgents,
    jobs: store.jobs,
    clock: systemClock,
    carry: (job) => carrier.carry(job),
  });
  const carrier = new Carrier({
    job: (id) => store.jobs.get(id),
    happen: (id, event) => runner.happen(id, event),
    handOver: (id, bootId) => runner.handOver(id, bootId),
    power: (id, order, signal) => service.one(id, order, signal),
    bootIdOf: async () => undefined,
    finished: async () => undefined,
    retire: async (id) => {
      retired.push(id);
    },
    log: () => undefined,
  });
  onTestFinished(async () => {
    await carrier.close();
    await runner.close();
  });
  const { agent: _, ...made } = makeJob({ system: system.id, kind: 'decommission' });
  const job: Job = {
    ...made,
    plan: {
      ...made.plan,
      kind: 'decommission',
      alterations: drivers === undefined ? [] : alterations.decommission(drivers),
    },
  };
  return {
    memory,
    system,
    retired,
    ended: async () => {
      await runner.submit(job);
      return vi.waitFor(async () => {
        const now = await store.jobs.get(job.id);
        expect(['powered-off', 'done', 'failed']).toContain(now?.state);
        return now as Job;
      }, 5000);
    },
  };
};

const done = ({ events }: Job) =>
  events.filter(({ type }) => type === 'step-done').map(({ message }) => message);

test('its agent shuts it down, the BMC proves it, and it is retired', async () => {
  const { memory, system, retired, ended } = world(['agent', 'ipmi'], async () => {
    memory.states.set(system.id, 'off');
    return 'proven';
  });
  const job = await ended();
  expect([job.state, retired]).toEqual(['powered-off', [system.id]]);
  expect(done(job)).toEqual([
    'soft-off by agent: off',
    'soft-off by ipmi: off already',
    'off by ipmi: off already',
    'the machine is off',
  ]);
});

test('where the agent can’t, the BMC does, and the job says why', async () => {
  const { retired, system, ended } = world(['agent', 'ipmi'], async () => {
    throw new Error('it hangs');
  });
  const job = await ended();
  expect([job.state, retired]).toEqual(['powered-off', [system.id]]);
  expect(done(job)).toEqual([
    'soft-off by agent: Error: it hangs',
    'fall-back: soft-off by ipmi: off',
    'off by ipmi: off already',
    'the machine is off',
  ]);
});

test('an OS that ignores the request is cut off', async () => {
  const { memory, system, ended } = world(['ipmi']);
  memory.before = (order) => {
    // As if it had been asked in vain: on again when the state is asked for.
    if (order === 'status' && memory.orders.at(-2) === 'soft-off web1') {
      memory.states.set(system.id, 'on');
    }
  };
  expect((await ended()).state).toBe('powered-off');
  expect(memory.orders).toContain('off web1');
});

test('a machine that is not off is not retired', async () => {
  const { memory, retired, ended } = world(['ipmi']);
  memory.before = (order, target) => {
    if (order !== 'status') throw noPrivilege(target);
  };
  const job = await ended();
  expect([job.state, job.error?.code, retired]).toEqual(['failed', 'power-no-privilege', []]);
});

test('a machine that nothing can switch is only retired', async () => {
  const { memory, retired, system, ended } = world(undefined);
  expect((await ended()).state).toBe('done');
  expect([memory.orders, retired]).toEqual([[], [system.id]]);
});
