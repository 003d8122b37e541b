import type { Job } from '@resole/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../jobs/clock.ts';
import type { JobRunner } from '../jobs/runner.ts';
import { makeJob, testRunner, withoutAgents } from '../jobs/testing.ts';
import { alterations } from '../plan/alterations.ts';
import { noPrivilege, unreachable } from '../power/failures.ts';
import { memoryPower } from '../power/memory.ts';
import { makeSystem, testService } from '../power/testing.ts';
import { memoryStore } from '../store/memory.ts';
import { Carrier } from './carrier.ts';
import { armedJob, cameBack } from './firmware.ts';

/** The real runner, carrier and power service over a power system and a store in memory. */
const world = (more: { deadlineSeconds?: number } = {}) => {
  const memory = memoryPower();
  const system = makeSystem('web1', { driver: 'ipmi', address: 'bmc1', password: 'x' });
  memory.states.set(system.id, 'on');
  const { service } = testService({
    systems: [system],
    drivers: { ipmi: memory.driver },
    secondMs: 1,
    ...more,
  });
  const store = memoryStore();
  const runner: JobRunner = testRunner({
    ...withoutAgents,
    jobs: store.jobs,
    clock: systemClock,
    carry: (job) => carrier.carry(job),
  });
  const open = () =>
    new Carrier({
      job: (id) => store.jobs.get(id),
      happen: (id, event) => runner.happen(id, event),
      handOver: (id, bootId) => runner.handOver(id, bootId),
      power: (id, order, signal) => service.one(id, order, signal),
      bootIdOf: async () => 'before',
      retire: async () => undefined,
      finished: async () => undefined,
      log: () => undefined,
    });
  let carrier = open();
  onTestFinished(async () => {
    await carrier.close();
    await runner.close();
  });
  const made = makeJob({ system: system.id });
  const { agent: _, ...rest } = made;
  const job: Job = {
    ...rest,
    plan: {
      ...made.plan,
      steps: [],
      method: 'pxe',
      bootMode: 'uefi',
      alterations: alterations['reinstall by BMC']('ipmi'),
    },
  };
  return {
    memory,
    runner,
    store,
    system,
    job,
    /** Another process takes over what this one left. */
    restart: async () => {
      await carrier.close();
      carrier = open();
      await runner.start();
    },
    reached: (state: Job['state']) =>
      vi.waitFor(async () => {
        const now = await store.jobs.get(job.id);
        expect(now?.state).toBe(state);
        return now as Job;
      }, 5000),
    told: async () =>
      ((await store.jobs.get(job.id))?.events ?? []).map(({ type, message }) =>
        message === undefined ? type : `${type}: ${message}`,
      ),
  };
};

test('a network boot is ordered once, then the machine is cycled', async () => {
  const { memory, runner, job, told, reached } = world();
  await runner.submit(job);
  await reached('handing-over');
  await vi.waitFor(async () => expect((await told()).at(-1)).toContain('power cycle: on'));
  expect(memory.orders).toEqual([
    ...['status web1', 'boot-device web1', 'status web1', 'cycle web1', 'status web1'],
  ]);
  expect([...memory.boots.values()]).toEqual([{ device: 'pxe', efi: true, persistent: false }]);
  expect(await told()).toEqual([
    'queued',
    'accepted',
    'step-started: power status',
    'step-done: power status: on, by ipmi',
    'step-started: boot-device pxe',
    'step-done: boot-device pxe: by ipmi',
    'armed: for one boot',
    'handing-over',
    'step-started: power cycle',
    'step-done: power cycle: on, by ipmi (it was on before and is on now, and no agent was connected)',
  ]);
});

test('a machine that is off is switched on', async () => {
  const { memory, runner, job, system, told } = world();
  memory.states.set(system.id, 'off');
  await runner.submit(job);
  await vi.waitFor(async () => expect((await told()).at(-1)).toContain('power cycle: on'));
  expect(memory.orders).toContain('on web1');
  expect(memory.orders).not.toContain('cycle web1');
});

test('a power system that does not answer ends the job before anything is changed', async () => {
  const { memory, runner, job, reached } = world();
  memory.before = (_, target) => {
    throw unreachable(target);
  };
  await runner.submit(job);
  expect((await reached('failed')).error).toMatchObject({ code: 'power-unreachable' });
  expect(memory.boots.size).toBe(0);
});

test('where the cycle is refused, the next boot is the disk’s again', async () => {
  const { memory, runner, job, reached } = world();
  memory.before = (order, target) => {
    if (order === 'cycle') throw noPrivilege(target);
  };
  await runner.submit(job);
  expect((await reached('failed')).error).toMatchObject({ code: 'power-no-privilege' });
  await vi.waitFor(() => expect([...memory.boots.values()][0]?.device).toBe('none'));
});

test('a cancel before the hand-over wins, and the order is taken back', async () => {
  const { memory, runner, job, reached } = world();
  memory.before = async (order) => {
    if (order === 'boot-device') await runner.cancel(job.id).catch(() => undefined);
  };
  await runner.submit(job);
  await reached('cancelled');
  expect([...memory.boots.values()][0]?.device).toBe('none');
  expect(memory.orders).not.toContain('cycle web1');
});

test('after a restart it goes on, and does not cycle a machine whose firmware has asked', async () => {
  const { memory, runner, store, job, restart, told } = world();
  const stuck = Promise.withResolvers<void>();
  memory.before = (order) => (order === 'cycle' ? stuck.promise : undefined);
  await runner.submit(job);
  await vi.waitFor(() => expect(memory.orders).toContain('cycle web1'));
  const before = (await store.jobs.get(job.id)) as Job;
  stuck.resolve();
  await restart();
  await vi.waitFor(async () => expect((await told()).at(-1)).toContain('power cycle: on'));
  await runner.happen(job.id, { type: 'boot-script-fetched' });
  const orders = memory.orders.length;
  await restart();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(memory.orders).toHaveLength(orders);
  expect(before.state).toBe('handing-over');
});

test('firmware is given the installer from the arming until it was started once', async () => {
  const { store, system, job } = world();
  const stored = { revision: 1, createdAt: '', updatedAt: '' };
  const [distro, profile] = ['dst_35ahtc7lqn2x6w4dzk5t', 'prf_35ahtc7lqn2x6w4dzk5s'];
  await store.distros.create({
    ...{ ...stored, id: distro, name: 'debian', family: 'image', breed: 'debian' },
    ...{ version: '12', arch: 'x86_64' },
  });
  await store.profiles.create({ ...stored, id: profile, name: 'web', distro });
  const mac = '52:54:00:aa:bb:01';
  await store.systems.create({ ...system, profile, macs: [mac] });
  let now: Job = { ...job, state: 'staging' };
  await store.jobs.create(now);
  const given = async (changes: Partial<Job>) => {
    now = { ...now, ...changes, revision: now.revision + 1 };
    await store.jobs.replace(now);
    return (await armedJob(store, mac)) !== undefined;
  };
  const at = '2026-01-01T00:00:00.000Z';
  const fetched = { type: 'boot-files-fetched', at, state: 'handing-over' } as const;
  expect(await given({})).toBe(false);
  expect(await given({ state: 'armed' })).toBe(true);
  expect(await given({ state: 'handing-over' })).toBe(true);
  expect(await armedJob(store, '52:54:00:aa:bb:02')).toBeUndefined();
  const stale = (await store.systems.get(system.id)) ?? system;
  await store.systems.replace({ ...stale, netboot: false, revision: 2 });
  expect(await given({})).toBe(false);
  await store.systems.replace({ ...stale, netboot: true, revision: 3 });
  expect(await given({})).toBe(true);
  expect(await given({ events: [fetched] })).toBe(false);
  expect(await given({ events: [], state: 'stalled' })).toBe(false);
});

test('an agent after another boot means that the old OS is back', async () => {
  const { store, system, job } = world();
  const at = '2026-01-01T00:00:00.000Z';
  const over = { type: 'handing-over', at, state: 'handing-over' } as const;
  const gone: Job = { ...job, state: 'stalled', bootIdBefore: 'before', events: [over] };
  await store.jobs.create(gone);
  const back = async (bootId: string, agent: { returnOf?: string } = {}) =>
    (await cameBack(store, { system: system.id, ...agent }, bootId)).map(({ id }) => id);
  expect(await back('before')).toEqual([]);
  expect(await back('after')).toEqual([job.id]);
  expect(await back('after', { returnOf: job.id })).toEqual([]);
});
