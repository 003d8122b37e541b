/** What goes wrong with BMCs, on a real one: each fault ends in its state and with its error. */
import type { PowerAction } from '@resole/protocol';
import { afterEach, expect, test } from 'vitest';
import { ipmi } from '../../packages/controller/src/power/ipmi/driver.ts';
import { makeSystem, testService } from '../../packages/controller/src/power/testing.ts';
import { Bmc } from '../support/bmc.ts';
import { freeUdpPort, slowRelay } from '../support/udp.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const started = async () => {
  const bmc = await Bmc.start();
  ends.push(() => bmc.stop());
  return bmc;
};

/** Does one action on a system behind the BMC. A second of waiting lasts a tenth. */
const act = async (
  bmc: Bmc,
  action: PowerAction,
  changes: object = {},
  deadlineSeconds = 20,
  aliveBoot?: () => string | undefined,
) => {
  const { port, password } = bmc;
  const options = { cipherSuite: 3 };
  const power = { driver: 'ipmi', address: '127.0.0.1', port, user: 'admin', password, options };
  const system = makeSystem('web1', { ...power, ...changes } as never);
  const service = testService({
    drivers: { ipmi },
    systems: [system],
    deadlineSeconds,
    secondMs: 100,
    ...(aliveBoot === undefined ? {} : { aliveBoot }),
  });
  const result = await service.act('web1', action);
  return { ...result, last: await service.last.get(system.id) };
};

test('a wrong password is final at once', async () => {
  const bmc = await started();
  const start = performance.now();
  expect(await act(bmc, 'on', { password: 'not-it' })).toMatchObject({
    driver: 'ipmi',
    changed: false,
    error: { code: 'power-wrong-password' },
  });
  expect(performance.now() - start).toBeLessThan(4000);
  expect(await bmc.isOn()).toBe(false);
});

test('no such address: tried again, then unreachable, and flagged', async () => {
  const bmc = await started();
  const result = await act(bmc, 'status', {
    port: await freeUdpPort(),
    options: { cipherSuite: 3, packets: 1 },
  });
  expect(result).toMatchObject({ error: { code: 'power-unreachable' } });
  expect(result.last).toMatchObject({ unreachable: { error: { code: 'power-unreachable' } } });
}, 60_000);

test('a BMC that answers after 10 s is unreachable; with patience it is not', async () => {
  const bmc = await started();
  const relay = await slowRelay(bmc.port, 10);
  ends.push(() => relay.close());
  const slow = { port: relay.port, options: { cipherSuite: 3, packets: 1 } };
  expect(await act(bmc, 'status', slow, 10)).toMatchObject({
    error: { code: 'power-unreachable' },
  });
}, 90_000);

test('a BMC that takes a second for everything is waited for', async () => {
  const bmc = await started();
  const relay = await slowRelay(bmc.port, 1);
  ends.push(() => relay.close());
  const patient = { port: relay.port, options: { cipherSuite: 3, packetSeconds: 4 } };
  expect(await act(bmc, 'status', patient)).toMatchObject({ state: 'off' });
}, 90_000);

test('a BMC that says ok and does nothing is not believed', async () => {
  const bmc = await started();
  await bmc.misbehave('deaf');
  const result = await act(bmc, 'on');
  expect(result).toMatchObject({
    changed: false,
    verified: false,
    error: {
      code: 'power-not-verified',
      message:
        'on of web1 was not seen to happen in 20 s: the power system took the order, and says that it is off',
    },
  });
  expect(await bmc.orders()).toContain('set power 1');
  expect(result.last).toMatchObject({ state: 'off' });
}, 60_000);

test('a BMC that only says that it resets is given away by the agent of the machine', async () => {
  const bmc = await started();
  await act(bmc, 'on');
  /** The machine's process is its boot. */
  let boot = await bmc.machine();
  const aliveBoot = () => (boot === undefined ? undefined : `boot-${boot}`);
  await bmc.misbehave('deaf');
  expect(await act(bmc, 'reset', {}, 10, aliveBoot)).toMatchObject({
    changed: false,
    error: {
      code: 'power-not-verified',
      message:
        'reset of web1 was not seen to happen in 10 s: the power system took the order, and the agent answers on from the same boot',
    },
  });
  await bmc.misbehave('deaf', false);
  const look = setInterval(async () => {
    boot = await bmc.machine();
  }, 20);
  ends.push(() => clearInterval(look));
  const before = boot;
  expect(await act(bmc, 'reset', {}, 10, aliveBoot)).toMatchObject({ state: 'on', verified: true });
  expect(await bmc.machine()).not.toBe(before);
}, 60_000);

test('a BMC that dies in the middle: not seen, and why', async () => {
  const bmc = await started();
  await bmc.misbehave('dying');
  const result = await act(bmc, 'on', { options: { cipherSuite: 3, packets: 1 } });
  expect(result.error?.code, result.error?.message).toMatch(/^power-(not-verified|unreachable)$/);
  // The machine itself went on; when its BMC is back, that is seen.
  await bmc.misbehave('dying', false);
  await bmc.kill();
  await bmc.power();
  expect(await act(bmc, 'on')).toMatchObject({ state: 'on', changed: false });
}, 90_000);

test('a BMC that is told to be busy elsewhere is not asked for longer than the deadline', async () => {
  const bmc = await started();
  await bmc.kill();
  const start = performance.now();
  await act(bmc, 'status', { options: { cipherSuite: 3, packets: 1 } }, 3);
  expect(performance.now() - start).toBeLessThan(30_000);
}, 60_000);

/** Each sender once for every time that it took over from another. */
const turns = (senders: readonly number[]): number[] =>
  senders.filter((sender, index) => sender !== senders[index - 1]);

test('a BMC is asked one thing at a time, another one meanwhile', async () => {
  const heard: number[] = [];
  const senders = new Map<string, number[]>();
  const systems = await Promise.all(
    ['web1', 'web2'].map(async (name) => {
      const bmc = await started();
      const own: number[] = [];
      senders.set(name, own);
      const relay = await slowRelay(bmc.port, 0.02, (sender) => {
        own.push(sender);
        heard.push(sender);
      });
      ends.push(() => relay.close());
      const { password } = bmc;
      const power = { driver: 'ipmi', address: '127.0.0.1', port: relay.port, user: 'admin' };
      return makeSystem(name, { ...power, password, options: { cipherSuite: 3 } } as never);
    }),
  );
  const service = testService({ drivers: { ipmi }, systems, secondMs: 100 });
  const all = systems.flatMap(({ name }) => [
    ...Array.from({ length: 4 }, () => service.act(name, 'status')),
    service.act(name, 'on'),
  ]);
  for (const { error } of await Promise.all(all)) expect(error).toBeUndefined();
  for (const own of senders.values()) {
    const programs = new Set(own).size;
    expect(programs).toBeGreaterThan(5);
    expect(turns(own).length).toBe(programs);
  }
  expect(turns(heard).length).toBeGreaterThan(new Set(heard).size);
}, 60_000);
