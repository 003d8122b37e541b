import { afterEach, expect, test } from 'vitest';
import { redfish } from '../../packages/controller/src/power/redfish/driver.ts';
import { alter } from '../../packages/controller/src/power/verified.ts';
import { freePort } from '../support/ports.ts';
import { RedfishServer, refusal } from '../support/redfish.ts';
import { alterQuick, powerContract, quick, target } from './power.ts';

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

test('a BMC that says ok and does nothing is not believed', async () => {
  const { server, mine } = await opened();
  server.deaf = true;
  await expect(alter(redfish, 'on', mine, quick({ deadlineSeconds: 3 }))).rejects.toMatchObject({
    code: 'power-not-verified',
    message:
      'on of web1 was not seen to happen in 3 s: the power system took the order, and says that it is off',
  });
  expect(server.log.filter((line) => line.includes('ComputerSystem.Reset'))).toHaveLength(1);
  expect(server.sessions.size).toBe(0);
});

test('a BMC that hangs up in the middle of an order does not answer', async () => {
  const { server, mine } = await opened();
  server.fault = { at: /ComputerSystem\.Reset/, hangsUp: true };
  const io = { signal: new AbortController().signal };
  await expect(redfish.acts.on?.(mine, io)).rejects.toMatchObject({ code: 'power-unreachable' });
  expect(server.on).toBe(true);
  expect(server.sessions.size).toBe(0);
});

test('what is cut off, at the login or later, logs out all the same', async () => {
  for (const at of [/POST .*Sessions/, /GET .*437XR1138R2/]) {
    const { server, mine } = await opened();
    server.fault = { at, seconds: 1 };
    const end = new AbortController();
    const asked = redfish.acts.status?.(mine, { signal: end.signal });
    await expect.poll(() => server.log.some((line) => at.test(line))).toBe(true);
    expect(server.sessions.size).toBe(1);
    const start = performance.now();
    end.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(performance.now() - start).toBeLessThan(3000);
    expect(server.sessions.size).toBe(0);
    expect(server.log.at(-1)).toMatch(/^DELETE .* 204$/);
  }
});

test('where no session is to be had the password is sent each time', async () => {
  const io = { signal: new AbortController().signal };
  const limit = 'the limit of sessions is reached';
  for (const reply of [
    refusal(503, 'SessionLimitExceeded', limit),
    refusal(400, 'SessionLimitExceeded', limit),
    refusal(501, 'ActionNotSupported', 'no sessions'),
    refusal(405, 'OperationNotAllowed', 'no sessions'),
  ]) {
    const { server, mine } = await opened();
    server.fault = { at: /POST .*Sessions/, reply };
    expect(await redfish.acts.status?.(mine, io)).toBe('off');
    await expect(redfish.acts.status?.({ ...mine, password: 'not-it' }, io)).rejects.toMatchObject({
      code: 'power-wrong-password',
    });
  }
});

test('a refused login says why', async () => {
  const io = { signal: new AbortController().signal };
  const { server, mine } = await opened();
  const came: Record<string, unknown> = {};
  for (const [status, id] of [
    [401, 'ResourceAtUriUnauthorized'],
    [400, 'UnauthorizedLoginAttempt'],
    [400, 'PropertyMissing'],
    [403, 'InsufficientPrivilege'],
    [429, 'ServiceTemporarilyUnavailable'],
    [500, 'InternalError'],
  ] as const) {
    server.fault = { at: /POST .*Sessions/, reply: refusal(status, id, 'its words') };
    const code = await redfish.acts.status?.(mine, io).catch((error) => {
      expect(error.message).toContain(`its words (${status})`);
      return error.code;
    });
    came[`${status} ${id}`] = code;
  }
  expect(came).toEqual({
    '401 ResourceAtUriUnauthorized': 'power-wrong-password',
    '400 UnauthorizedLoginAttempt': 'power-wrong-password',
    '400 PropertyMissing': 'power-failed',
    '403 InsufficientPrivilege': 'power-no-privilege',
    '429 ServiceTemporarilyUnavailable': 'power-unreachable',
    '500 InternalError': 'power-unreachable',
  });
  expect(server.sessions.size).toBe(0);
});
