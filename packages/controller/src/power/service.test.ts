import { expect, test } from 'vitest';
import { unreachable, wrongPassword } from './failures.ts';
import { memoryPower } from './memory.ts';
import { makeSystem, stub, testService } from './testing.ts';

const bmc = { driver: 'ipmi', address: 'bmc1', password: 'x' } as const;

test('auto takes the BMC that is known, then the agent, and says why', async () => {
  const agent = stub({ 'soft-off': async () => 'proven' });
  const ipmi = stub({
    status: async () => 'on',
    'soft-off': async (target) => {
      throw wrongPassword(target);
    },
  });
  const systems = [makeSystem('web1', { address: 'bmc1', password: 'x' }), makeSystem('web2')];
  const { act } = testService({ drivers: { ipmi, agent }, systems, agents: true });
  expect(await act('web1', 'soft-off')).toMatchObject({
    driver: 'agent',
    state: 'off',
    verified: true,
    reasons: ["ipmi: bmc1 does not accept the password, or doesn't know the user"],
  });
  expect(await act('web2', 'soft-off')).toMatchObject({ driver: 'agent', reasons: [] });
  expect(await act('web1', 'soft-off', { driver: 'ipmi' })).toMatchObject({
    driver: 'ipmi',
    error: { code: 'power-wrong-password' },
  });
});

test('what is named is not replaced by something else', async () => {
  const ipmi = stub({
    status: async (target) => {
      throw unreachable(target);
    },
  });
  const agent = stub({ status: async () => 'on' });
  const systems = [makeSystem('web1', bmc)];
  const { act, last } = testService({ drivers: { ipmi, agent }, systems, agents: true });
  expect(await act('web1', 'status')).toMatchObject({ error: { code: 'power-unreachable' } });
  expect(await last.get(systems[0]?.id ?? '')).toMatchObject({
    state: 'unknown',
    unreachable: { error: { code: 'power-unreachable' } },
  });
});

test('an answer takes the flag of the unreachable away', async () => {
  const { driver, states, ...memory } = memoryPower();
  let silent = true;
  const ipmi = { ...driver, acts: { ...driver.acts } };
  const { status } = driver.acts;
  ipmi.acts.status = async (target, io) => {
    if (silent) throw unreachable(target);
    return (await status?.(target, io)) ?? 'unknown';
  };
  const system = makeSystem('web1', bmc);
  states.set(system.id, 'on');
  const { act, last } = testService({ drivers: { ipmi }, systems: [system] });
  await act('web1', 'status');
  expect((await last.get(system.id))?.unreachable).toBeDefined();
  silent = false;
  await act('web1', 'status');
  expect(await last.get(system.id)).toMatchObject({ state: 'on', driver: 'ipmi' });
  expect((await last.get(system.id))?.unreachable).toBeUndefined();
  expect(memory.orders).toEqual(['status web1']);
});

test('a BMC is asked one thing at a time, and no more than so many at once', async () => {
  const running = new Map<string, number>();
  let most = 0;
  let same = 0;
  const ipmi = stub({
    status: async ({ address = '' }) => {
      running.set(address, (running.get(address) ?? 0) + 1);
      same = Math.max(same, running.get(address) ?? 0);
      most = Math.max(
        most,
        [...running.values()].reduce((sum, each) => sum + each, 0),
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
      running.set(address, (running.get(address) ?? 0) - 1);
      return 'on';
    },
  });
  const systems = Array.from({ length: 24 }, (_, index) =>
    makeSystem(`web${index}`, { ...bmc, address: `bmc${index % 12}` }),
  );
  const { service } = testService({ drivers: { ipmi }, systems, limits: { parallel: 3 } });
  const results: string[] = [];
  await service.many(
    { action: 'status', systems: systems.map(({ name }) => name) },
    ({ state }) => results.push(state ?? 'none'),
    new AbortController().signal,
  );
  expect(results).toEqual(Array(24).fill('on'));
  expect([same, most]).toEqual([1, 3]);
});

test('machines are switched on one after the other', async () => {
  const memory = memoryPower();
  const starts: number[] = [];
  const systems = ['a', 'b', 'c'].map((name) => makeSystem(name, { ...bmc, address: name }));
  const { service, time } = testService({
    drivers: { ipmi: memory.driver },
    systems,
    limits: { staggerSeconds: 5 },
    secondMs: 40,
  });
  memory.before = (order) => {
    if (order === 'on') starts.push(time.now() / 1000);
  };
  const signal = new AbortController().signal;
  await service.many({ action: 'on', systems: ['a', 'b', 'c'] }, () => {}, signal);
  const [first = 0, , third = 0] = starts;
  expect(third - first).toBeGreaterThan(8);
});

test('lost packets are waited for, a wrong password is not', async () => {
  const memory = memoryPower('right');
  let lost = 2;
  memory.before = (_, target) => {
    if (lost > 0) {
      lost -= 1;
      throw unreachable(target);
    }
  };
  const systems = [
    makeSystem('web1', { ...bmc, password: 'right' }),
    makeSystem('web2', { ...bmc, address: 'bmc2', password: 'wrong' }),
  ];
  const { act } = testService({ drivers: { ipmi: memory.driver }, systems });
  expect(await act('web1', 'status')).toMatchObject({ state: 'off' });
  expect(memory.orders).toHaveLength(3);
  expect(await act('web2', 'on')).toMatchObject({ error: { code: 'power-wrong-password' } });
  expect(memory.orders).toHaveLength(4);
});

test('a system without anything, and an action that nobody can do, are told apart', async () => {
  const systems = [makeSystem('web1'), makeSystem('web2', { driver: 'wake-on-lan' })];
  const { act } = testService({ systems });
  expect(await act('web1', 'on')).toMatchObject({ error: { code: 'power-not-configured' } });
  expect(await act('web2', 'off')).toMatchObject({ error: { code: 'power-not-supported' } });
});
