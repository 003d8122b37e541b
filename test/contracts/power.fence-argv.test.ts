/** Who sees the password while a fence agent works: nobody, or the operator was told so. */
import { randomUUID } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fence } from '../../packages/controller/src/power/fence/driver.ts';
import { Bmc } from '../support/bmc.ts';
import { watchProcesses } from '../support/processes.ts';
import { RedfishServer } from '../support/redfish.ts';
import { target } from './power.ts';

const io = { signal: new AbortController().signal };

/** IPMI passwords have 20 bytes at most. */
const secret = () => `pw-${randomUUID().slice(0, 16)}`;

/** A BMC, and an ipmitool that notes its arguments: it overwrites the password too soon for `ps`. */
const behindBmc = async (options: Record<string, string>) => {
  const bmc = await Bmc.start({ password: secret() });
  onTestFinished(() => bmc.stop());
  const tool = join(bmc.folder, 'ipmitool');
  const noted = join(bmc.folder, 'arguments');
  await writeFile(tool, `#!/bin/sh\necho "$*" >> ${noted}\nexec ipmitool "$@"\n`);
  await chmod(tool, 0o755);
  const { port, password } = bmc;
  const own = { program: 'fence_ipmilan', lanplus: 'true', cipher: '3', ipmitool_path: tool };
  return {
    mine: target({
      ...{ address: '127.0.0.1', port, user: 'admin', password },
      options: { ...own, ...options },
    }),
    password,
    given: () => readFile(noted, 'utf8').catch(() => 'never run'),
  };
};

test('a program that shows it is refused before it is run, with what to do', async () => {
  const { mine, given } = await behindBmc({});
  const refused = {
    code: 'power-not-configured',
    message:
      'web1: fence_ipmilan gives ipmitool the password as an argument, where any user of the controller may see it',
    remedy:
      'use the driver ipmi: `resole system edit web1 --unset power.options --power-driver ipmi`; or accept it: `--power-option argv_password=allowed`',
  };
  expect(() => fence.check(mine)).toThrow(expect.objectContaining(refused));
  await expect(fence.acts.status?.(mine, io)).rejects.toMatchObject(refused);
  expect(await given()).toBe('never run');
});

test('accepted, it works, and is as bad as it is said to be', async () => {
  const { mine, password, given } = await behindBmc({ argv_password: 'allowed' });
  expect(() => fence.check(mine)).not.toThrow();
  expect(fence.warnings?.(mine)).toEqual([
    'fence_ipmilan gives ipmitool the password as an argument, where any user of the controller may see it: use the driver ipmi',
  ]);
  expect(await fence.acts.status?.(mine, io)).toBe('off');
  expect(await given()).toContain(`-P ${password}`);
}, 60_000);

test('any other word than "allowed" is none', async () => {
  const { mine } = await behindBmc({ argv_password: 'yes' });
  expect(() => fence.check(mine)).toThrow('web1: option argv_password: only "allowed"');
});

test('an agent that speaks itself shows nothing', async () => {
  const server = await RedfishServer.start({ password: secret() });
  onTestFinished(() => server.stop());
  const { port, password } = server;
  const options = {
    program: 'fence_redfish',
    ssl_insecure: true,
    systems_uri: '/redfish/v1/Systems/437XR1138R2',
  };
  const mine = target({ address: '127.0.0.1', port, user: 'admin', password, options });
  expect(fence.warnings?.(mine)).toEqual([]);
  const watch = watchProcesses(password);
  expect(await fence.acts.status?.(mine, io)).toBe('off');
  expect(await fence.acts.on?.(mine, io)).toBe('sent');
  const { looks, seen } = await watch.end();
  expect(seen).toEqual([]);
  expect(looks).toBeGreaterThan(3);
}, 60_000);
