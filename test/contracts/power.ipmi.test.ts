import { expect, onTestFinished, test } from 'vitest';
import {
  ipmi,
  ipmitoolArguments,
  ipmitoolHome,
} from '../../packages/controller/src/power/ipmi/driver.ts';
import { runProgram, withSecret } from '../../packages/controller/src/power/program.ts';
import { Bmc } from '../support/bmc.ts';
import { freeUdpPort } from '../support/udp.ts';
import { powerContract, target } from './power.ts';

powerContract(
  'ipmi',
  ['status', 'on', 'off', 'soft-off', 'reset', 'cycle', 'boot-device'],
  async () => {
    const bmc = await Bmc.start();
    const { port, password } = bmc;
    const right = { address: '127.0.0.1', port, user: 'admin', password };
    const options = { cipherSuite: 3 };
    const wrong = (changes: object, code: string) => ({
      target: target({ ...right, options, ...changes }),
      code,
    });
    return {
      driver: ipmi,
      target: target({ ...right, options }),
      isOn: () => bmc.isOn(),
      bootedFrom: async () =>
        (await bmc.orders()).filter((line) => line.startsWith('set boot')).at(-1) ?? '',
      wrong: {
        password: wrong({ password: 'not-it' }, 'power-wrong-password'),
        user: wrong({ user: 'nobody' }, 'power-wrong-password'),
        cipher: wrong({ options: { cipherSuite: 17 } }, 'power-wrong-cipher'),
        privilege: {
          ...wrong(
            {
              user: 'guest',
              password: 'guest-pw',
              options: { cipherSuite: 3, privilege: 'USER' },
            },
            'power-no-privilege',
          ),
          action: 'on',
        },
        address: {
          ...wrong({ port: await freeUdpPort() }, 'power-unreachable'),
          withinSeconds: 12,
        },
        'too long a password': wrong({ password: 'x'.repeat(21) }, 'power-not-configured'),
        option: wrong({ options: { cypherSuite: 3 } }, 'power-not-configured'),
        'no address': { target: target({ user: 'admin', password }), code: 'power-not-configured' },
      },
      stop: () => bmc.stop(),
    };
  },
);

test('a boot device that is refused is not believed, though ipmitool ends well', async () => {
  const bmc = await Bmc.start();
  try {
    const guest = target({
      address: '127.0.0.1',
      port: bmc.port,
      user: 'guest',
      password: 'guest-pw',
      options: { cipherSuite: 3, privilege: 'USER' },
    });
    const boot = { device: 'pxe', efi: true, persistent: false } as const;
    const io = { signal: new AbortController().signal };
    await expect(ipmi.acts['boot-device']?.(guest, boot, io)).rejects.toMatchObject({
      code: 'power-no-privilege',
    });
    expect((await bmc.orders()).filter((line) => line.startsWith('set boot'))).toEqual([]);
  } finally {
    await bmc.stop();
  }
});

test('whether alterations are allowed is found out without one', async () => {
  const bmc = await Bmc.start();
  onTestFinished(() => bmc.stop());
  const { port, password } = bmc;
  const asking = (options: object) =>
    target({
      address: '127.0.0.1',
      port,
      user: 'admin',
      password,
      options: { cipherSuite: 3, ...options },
    });
  const io = { signal: new AbortController().signal };
  await ipmi.probe?.(asking({}), io);
  await expect(ipmi.probe?.(asking({ privilege: 'USER' }), io)).rejects.toMatchObject({
    code: 'power-no-privilege',
  });
  expect((await bmc.orders()).filter((order) => order.startsWith('set'))).toEqual([]);
});

test('ipmitool reads our list of vendors, where nobody has a name', async () => {
  const bmc = await Bmc.start();
  onTestFinished(() => bmc.stop());
  const { port, password } = bmc;
  const options = { cipherSuite: 3 };
  const mine = target({ address: '127.0.0.1', port, user: 'admin', password, options });
  const io = { signal: new AbortController().signal };
  const info = (home?: string) =>
    withSecret(password, async (secret) => {
      const args = [...ipmitoolArguments(mine, secret), 'mc', 'info'];
      const how = { timeoutSeconds: 20, package: 'ipmitool', ...(home && { home }) };
      const { stdout } = await runProgram('ipmitool', args, io, how);
      return /Manufacturer Name *: (.*)/.exec(stdout)?.[1];
    });
  expect(await info(ipmitoolHome)).toBe('Unknown (0x1291)');
  expect(await info()).toBe('MontaVista Software, Inc.');
});
