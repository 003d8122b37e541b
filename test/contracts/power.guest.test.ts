/** A guest that its host's agent switches, over the real link and the real libvirt. */
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { guestDriver } from '../../packages/controller/src/power/guest.ts';
import { startGuestHost } from '../support/guest-host.ts';
import { startLibvirt } from '../support/libvirt.ts';
import { powerContract, target } from './power.ts';

const host = { host: 'sys_aaaaaaaaaaaaaaaaaaaa', hostName: 'host1' };
const noGuest = 'f2b1c0de-0000-4000-8000-000000000000';

const started = async () => {
  const libvirt = await startLibvirt('web1');
  const virsh = async (...args: string[]) =>
    (await execa('virsh', ['-q', '-c', libvirt.uri, ...args])).stdout.trim();
  const guests = await startGuestHost(libvirt.uri);
  const mine = (uuid: string) => target({ guest: { ...host, uuid } });
  return {
    ...{ libvirt, virsh, guests, mine },
    uuid: await virsh('domuuid', 'web1'),
    driver: guestDriver({
      order: (_, uuid, action, signal) =>
        guests.link.guestOrder(guests.agent, uuid, action, signal),
    }),
    stop: async () => {
      await guests.stop();
      await libvirt.stop();
    },
  };
};

powerContract('guest', ['status', 'on', 'off', 'soft-off', 'reset'], async () => {
  const { virsh, uuid, driver, mine, stop } = await started();
  return {
    driver,
    target: mine(uuid),
    isOn: async () => (await virsh('list', '--state-running', '--name')).includes('web1'),
    hearsNothing: true,
    wrong: {
      'no such guest': { target: mine(noGuest), code: 'power-not-configured' },
      'not made yet': { target: target(), code: 'power-not-configured' },
    },
    stop,
  };
});

test('a libvirt or an agent that is gone is said to be', async () => {
  const { libvirt, guests, driver, mine, uuid, stop } = await started();
  onTestFinished(stop);
  const io = { signal: new AbortController().signal };
  await libvirt.end();
  await expect(driver.acts.status?.(mine(uuid), io)).rejects.toMatchObject({
    code: 'power-unreachable',
    message: expect.stringContaining('Failed to connect socket'),
  });
  expect(await guests.link.aliveBoot(guests.agent)).toBe('boot-1');
  await guests.leave();
  expect(await guests.link.aliveBoot(guests.agent)).toBeUndefined();
  await expect(driver.acts.on?.(mine(uuid), io)).rejects.toMatchObject({
    code: 'power-unreachable',
    message: expect.stringContaining(
      'it is switched by its host host1: the agent is not connected',
    ),
  });
}, 30_000);
