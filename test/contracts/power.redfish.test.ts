import { afterEach, expect, test } from 'vitest';
import { redfish } from '../../packages/controller/src/power/redfish/driver.ts';
import { freePort } from '../support/ports.ts';
import { RedfishServer } from '../support/redfish.ts';
import { alterQuick, powerContract, target } from './power.ts';

const all = ['status', 'on', 'off', 'soft-off', 'reset', 'cycle', 'boot-device'];

for (const basicOnly of [false, true]) {
  powerContract(basicOnly ? 'redfish without sessions' : 'redfish', all, async () => {
    const server = await RedfishServer.start({ basicOnly });
    const { port, password, certificate } = server;
    const right = { address: '127.0.0.1', port, user: 'admin', password };
    const pinned = { certificate };
    const wrong = (changes: object, code: string) => ({
      target: target({ ...right, options: pinned, ...changes }),
      code,
    });
    return {
      driver: redfish,
      target: target({ ...right, options: pinned }),
      isOn: () => server.on,
      bootedFrom: () => server.boot.BootSourceOverrideTarget,
      wrong: {
        password: wrong({ password: 'not-it' }, 'power-wrong-password'),
        port: wrong({ port: await freePort() }, 'power-unreachable'),
        'unknown certificate': wrong({ options: {} }, 'power-untrusted'),
        'other certificate': wrong(
          { options: { certificate: 'ab'.repeat(32) } },
          'power-untrusted',
        ),
        'no such system': wrong(
          { options: { ...pinned, system: 'other' } },
          'power-not-configured',
        ),
        option: wrong({ options: { inscure: true } }, 'power-not-configured'),
      },
      stop: () => server.stop(),
    };
  });
}

const servers: RedfishServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** A server, and the target that leads to it. */
const opened = async (options: Parameters<typeof RedfishServer.start>[0] = {}) => {
  const server = await RedfishServer.start(options);
  servers.push(server);
  const { port, password, certificate } = server;
  const right = { address: '127.0.0.1', port, user: 'admin', password };
  return { server, mine: target({ ...right, options: { certificate } }) };
};

test('boots once or each time, by UEFI where that is said; each conversation logs out', async () => {
  const { server, mine } = await opened();
  const io = { signal: new AbortController().signal };
  const set = (device: 'pxe' | 'disk' | 'none', efi: boolean, persistent: boolean) =>
    redfish.acts['boot-device']?.(mine, { device, efi, persistent }, io);
  const told = () => Object.values(server.boot);
  expect(await set('pxe', true, false)).toBe('proven');
  expect(told()).toEqual(['Once', 'Pxe', 'UEFI']);
  await set('disk', false, true);
  // The mode stays: some refuse to be told one that they can't change.
  expect(told()).toEqual(['Continuous', 'Hdd', 'UEFI']);
  await set('none', false, false);
  expect(told()).toEqual(['Disabled', 'None', 'UEFI']);
  expect(server.sessions.size).toBe(0);
});

test('a BMC without a power cycle is switched off and on', async () => {
  const { server, mine } = await opened({ resetTypes: ['On', 'ForceOff', 'ForceRestart'] });
  server.on = true;
  expect(await alterQuick(redfish, 'cycle', mine)).toMatchObject({ state: 'on', verified: true });
  expect(server.log.filter((line) => line.includes('ComputerSystem.Reset'))).toHaveLength(2);
});
