import { setTimeout as sleep } from 'node:timers/promises';
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

/** A second is a second; nothing may take longer than that by itself. */
const brief = { deadlineSeconds: 1, graceSeconds: 0.5, secondMs: 1000 };

const machines = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    makeSystem(`web${index}`, { ...bmc, address: `bmc${index}` }),
  );

test('an order that waits for its turn or for a place loses no time of its own', async () => {
  const memory = memoryPower();
  const systems = machines(6);
  const request = { action: 'on', systems: systems.map(({ name }) => name) } as const;
  const signal = new AbortController().signal;
  const all = async (limits: object) => {
    memory.states.clear();
    const { service } = testService({
      drivers: { ipmi: memory.driver },
      systems,
      limits,
      ...brief,
    });
    const results: unknown[] = [];
    await service.many(request, ({ state, error }) => results.push(error ?? state), signal);
    return results;
  };
  // The last one is switched on when the deadline of an act has long passed.
  expect(await all({ staggerSeconds: 0.4 })).toEqual(Array(6).fill('on'));
  memory.before = () => sleep(120);
  expect(await all({ parallel: 1 })).toEqual(Array(6).fill('on'));
});

test('a driver that does not end is cut off', async () => {
  const ipmi = stub({
    status: async (_, { signal }) => {
      await sleep(60_000, undefined, { signal });
      return 'on';
    },
  });
  const { act } = testService({ drivers: { ipmi }, systems: [makeSystem('web1', bmc)], ...brief });
  expect(await act('web1', 'status')).toMatchObject({
    error: { code: 'power-not-verified', message: 'status of web1 did not end in 1 s' },
  });
});

test('who is on already takes nobody’s turn', async () => {
  const memory = memoryPower();
  const systems = machines(3);
  for (const { id } of systems) memory.states.set(id, 'on');
  const limits = { staggerSeconds: 100 };
  const { act } = testService({ drivers: { ipmi: memory.driver }, systems, limits, ...brief });
  for (const { name } of systems)
    expect(await act(name, 'on')).toMatchObject({ state: 'on', changed: false });
});

test('a system that is named twice is switched once', async () => {
  const memory = memoryPower();
  const [system = makeSystem('web0')] = machines(1);
  const { service } = testService({ drivers: { ipmi: memory.driver }, systems: [system] });
  const told: string[] = [];
  const { signal } = new AbortController();
  const request = { action: 'on', systems: ['web0', system.id, 'web0', 'nobody'] } as const;
  await service.many(
    { ...request, systems: [...request.systems] },
    (one) => told.push(one.name),
    signal,
  );
  expect(told.sort()).toEqual(['nobody', 'web0']);
  expect(memory.orders).toEqual(['status web0', 'on web0', 'status web0']);
});

test('a look into what is wrong waits for the BMC like everything else', async () => {
  let running = 0;
  let most = 0;
  const slowly = async () => {
    running += 1;
    most = Math.max(most, running);
    await sleep(20);
    running -= 1;
  };
  const ipmi = {
    ...stub({ status: () => slowly().then(() => 'on' as const) }),
    probe: slowly,
  };
  const { act, service } = testService({ drivers: { ipmi }, systems: [makeSystem('web1', bmc)] });
  const { signal } = new AbortController();
  const [findings] = await Promise.all([
    service.examine('web1', signal),
    service.examine('web1', signal),
    act('web1', 'status'),
  ]);
  expect(findings).toEqual([
    { driver: 'ipmi', ok: true, text: 'bmc1 answers: web1 is on; it can do: status' },
  ]);
  expect(most).toBe(1);
});

test('a password that is wrong by now flags the last state, and leaves it and its time', async () => {
  const memory = memoryPower('right');
  const system = makeSystem('web1', { ...bmc, password: 'right' });
  memory.states.set(system.id, 'on');
  const systems = [system];
  const { act, last } = testService({ drivers: { ipmi: memory.driver }, systems });
  await act('web1', 'status');
  const before = await last.get(system.id);
  systems[0] = { ...system, power: { ...bmc, password: 'wrong' } };
  await sleep(10);
  await act('web1', 'status');
  expect(await last.get(system.id)).toMatchObject({
    state: 'on',
    driver: 'ipmi',
    seenAt: before?.seenAt,
    unreachable: { error: { code: 'power-wrong-password' } },
  });
});

test('a reset that nobody saw is told as such', async () => {
  const memory = memoryPower();
  const system = makeSystem('web1', bmc);
  memory.states.set(system.id, 'on');
  let boot = 0;
  const drivers = { ipmi: memory.driver };
  const unseen = testService({ drivers, systems: [system] });
  expect(await unseen.act('web1', 'reset')).toMatchObject({
    state: 'on',
    changed: true,
    verified: false,
    reasons: ['it was on before and is on now, and no agent was connected'],
  });
  const seen = testService({ drivers, systems: [system], aliveBoot: () => `boot ${boot++}` });
  expect(await seen.act('web1', 'reset')).toMatchObject({ verified: true, reasons: [] });
});

test('auto wakes a machine that has no BMC; that its agent answers again is the proof', async () => {
  const systems = [{ ...makeSystem('web1'), macs: ['52:54:00:12:34:56'] }];
  let sent = 0;
  const wakeOnLan = stub({
    on: async () => {
      sent += 1;
      return 'sent';
    },
  });
  let looks = 0;
  const { act, time } = testService({
    drivers: { 'wake-on-lan': wakeOnLan },
    systems,
    agents: true,
    // POST and boot take longer than a BMC's deadline.
    aliveBoot: () => {
      looks += 1;
      return time.now() > 90_000 ? 'boot 2' : undefined;
    },
    deadlineSeconds: 30,
  });
  expect(await act('web1', 'on')).toMatchObject({
    driver: 'wake-on-lan',
    state: 'on',
    changed: true,
    verified: true,
  });
  expect(looks).toBeGreaterThan(5);
  expect(await act('web1', 'on')).toMatchObject({ state: 'on', changed: false });
  expect(sent).toBe(1);
});
