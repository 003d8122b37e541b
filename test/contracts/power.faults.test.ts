/** What goes wrong with BMCs, on a real one: each fault ends in its state and with its error. */
import { expect, onTestFinished, test } from 'vitest';
import { ipmi } from '../../packages/controller/src/power/ipmi/driver.ts';
import { makeSystem, testService } from '../../packages/controller/src/power/testing.ts';
import { freeUdpPort, lossyRelay, slowRelay } from '../support/udp.ts';
import { act, started } from './faults.ts';

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
  // The first packet and the question itself: ipmi_sim gives a login 30 s in all.
  const late = (nth: number) => (nth === 1 || nth === 10 ? 10 : 0);
  const slow = async (options: object) => {
    const relay = await slowRelay(bmc.port, late);
    onTestFinished(() => relay.close());
    return { port: relay.port, options: { cipherSuite: 3, packets: 1, ...options } };
  };
  expect(await act(bmc, 'status', await slow({}), 10)).toMatchObject({
    error: { code: 'power-unreachable' },
    last: { unreachable: { error: { code: 'power-unreachable' } } },
  });
  const start = performance.now();
  const result = await act(bmc, 'status', await slow({ packetSeconds: 12 }));
  expect(result).toMatchObject({ state: 'off', last: { state: 'off' } });
  expect(result.error).toBeUndefined();
  expect(performance.now() - start).toBeGreaterThan(20_000);
}, 90_000);

test('a BMC that takes a second for everything is waited for', async () => {
  const bmc = await started();
  const relay = await slowRelay(bmc.port, 1);
  onTestFinished(() => relay.close());
  const patient = { port: relay.port, options: { cipherSuite: 3, packetSeconds: 4 } };
  expect(await act(bmc, 'status', patient)).toMatchObject({ state: 'off' });
}, 90_000);

test('packets that get lost here and there are sent again', async () => {
  const bmc = await started();
  const senders = new Set<number>();
  const relay = await lossyRelay(
    bmc.port,
    (nth) => nth % 7 === 0,
    (sender) => senders.add(sender),
  );
  onTestFinished(() => relay.close());
  expect(await act(bmc, 'status', { port: relay.port })).toMatchObject({ state: 'off' });
  expect(senders.size).toBe(1);
}, 60_000);

test('where all packets get lost for a while it is asked again', async () => {
  const bmc = await started();
  const senders = new Set<number>();
  const relay = await lossyRelay(
    bmc.port,
    () => senders.size < 2,
    (sender) => senders.add(sender),
  );
  onTestFinished(() => relay.close());
  const options = { cipherSuite: 3, packets: 1 };
  expect(await act(bmc, 'status', { port: relay.port, options }, 300)).toMatchObject({
    state: 'off',
  });
  expect(senders.size).toBe(2);
}, 60_000);

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
  onTestFinished(() => clearInterval(look));
  const before = boot;
  expect(await act(bmc, 'reset', {}, 10, aliveBoot)).toMatchObject({ state: 'on', verified: true });
  expect(await bmc.machine()).not.toBe(before);
}, 60_000);

test('a BMC that dies before it answers the order does not answer; its machine is on', async () => {
  const bmc = await started();
  await bmc.misbehave('dying');
  const result = await act(bmc, 'on', { options: { cipherSuite: 3, packets: 1 } });
  expect(result).toMatchObject({
    changed: false,
    verified: false,
    error: {
      code: 'power-unreachable',
      message: `127.0.0.1:${bmc.port} does not answer`,
    },
    last: { state: 'off' },
  });
  // The machine itself went on; when its BMC is back, that is seen.
  await bmc.misbehave('dying', false);
  await bmc.kill();
  await bmc.power();
  expect(await act(bmc, 'on')).toMatchObject({ state: 'on', changed: false });
}, 90_000);

test('a BMC that dies after it said yes: not seen, and why', async () => {
  const bmc = await started();
  await bmc.misbehave('dying-later');
  const result = await act(bmc, 'on', { options: { cipherSuite: 3, packets: 1 } });
  expect(result).toMatchObject({
    changed: false,
    verified: false,
    error: {
      code: 'power-not-verified',
      message: `on of web1 was not seen to happen in 20 s: the last question got no answer: 127.0.0.1:${bmc.port} does not answer`,
    },
    last: { state: 'off' },
  });
  expect(await bmc.isOn()).toBe(true);
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
      onTestFinished(() => relay.close());
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
