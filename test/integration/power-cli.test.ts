/** `resole power` against a real controller and real BMCs: what people type, and what they read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '@resole/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enroll } from '../../packages/agent/src/enroll.ts';
import { facts } from '../../packages/agent/src/testing/facts.ts';
import { runCli } from '../../packages/controller/src/cli/testing.ts';
import { silentLog } from '../../packages/controller/src/log/log.ts';
import { type Controller, serve } from '../../packages/controller/src/serve.ts';
import { readSettings } from '../../packages/controller/src/settings/read.ts';
import { controllerTable } from '../../packages/controller/src/settings/table.ts';
import { Bmc } from '../support/bmc.ts';
import { freeUdpPort } from '../support/udp.ts';

const golden = join(import.meta.dirname, '../golden/cli/power.txt');

let folder: string;
let controller: Controller;
const bmcs: Bmc[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-power-cli-'));
  const flags = {
    ...{ 'api-port': '0', 'provision-port': '0' },
    ...{ 'api-listen': '127.0.0.1', 'provision-listen': '127.0.0.1' },
    // Nothing is asked but what the test asks.
    'power-refresh': '0',
  };
  controller = await serve({
    settings: readSettings(controllerTable, { flags }),
    dataDir: join(folder, 'data'),
    host: { hostname: 'here', addresses: [], uid: 0, home: '/nonexistent', env: {} },
    log: silentLog,
  });
}, 30_000);

afterAll(async () => {
  for (const bmc of bmcs) await bmc.stop();
  await controller?.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: string[]) =>
  runCli(words, { env: { RESOLE_DATA_DIR: join(folder, 'data') }, cwd: folder });

const masks: readonly [RegExp, string][] = [
  [/\b([a-z]{3})_[a-z2-7]{20}\b/g, '$1_ID'],
  [/(127\.0\.0\.1:)\d+/g, '$1PORT'],
  // Of tables, whose columns are as wide as what stands in them.
  [/\b\d+\.\d {2,}/g, 'SECONDS  '],
  [/\bSEEN */g, 'SEEN  '],
  [/\b\d+ (s|min) ago */g, 'TIME ago  '],
  [/\bfor \d+ (s|min):/g, 'for TIME:'],
];

/** A command line as a person types it, what is printed, and how it ends. */
const say = async (line: string): Promise<string> => {
  const { code, out, err } = await run(...line.split(' '));
  const text = `$ resole ${line}\n${out}${err}${code === 0 ? '' : `→ ${code}\n`}`;
  return masks.reduce((masked, [pattern, by]) => masked.replaceAll(pattern, by), text);
};

/** A system behind a BMC, real unless its port is given. */
const behindBmc = async (name: string, ...more: string[]): Promise<string> => {
  const port = more.includes('--power-port') ? [] : await startedBmc();
  await run('system', 'add', name);
  const words = ['--power-driver', 'ipmi', '--power-address', '127.0.0.1', ...port];
  const login = ['--power-user', 'admin', '--power-password-file', 'password'];
  const options = ['--power-option', 'cipherSuite=3', '--power-option', 'packets=1'];
  const { err, code } = await run('system', 'edit', name, ...words, ...login, ...options, ...more);
  if (code !== 0) throw new Error(err);
  return name;
};

const startedBmc = async (): Promise<string[]> => {
  const bmc = await Bmc.start();
  bmcs.push(bmc);
  await writeFile(join(folder, 'password'), `${bmc.password}\n`);
  return ['--power-port', String(bmc.port)];
};

test('machines are switched, looked into and found out about', async () => {
  await behindBmc('web1');
  await behindBmc('web2');
  const { out } = await run('system', 'show', 'web1', '--output', 'json');
  const { id } = JSON.parse(out) as System;
  await writeFile(join(folder, 'wrong'), 'not-it\n');
  await writeFile(join(folder, 'guest'), 'guest-pw\n');
  await behindBmc('db1', '--power-password-file', 'wrong');
  await behindBmc('db2', '--power-port', String(await freeUdpPort()));
  await behindBmc('db3', '--power-option', 'cipherSuite=17');
  await behindBmc(
    ...(['db4', '--power-user', 'guest', '--power-password-file', 'guest'] as const),
    ...['--power-option', 'privilege=USER'],
  );
  // Warned of, and no better for it: its program can't reach anything.
  await run('system', 'add', 'old1');
  await run(
    ...['system', 'edit', 'old1', '--power-driver', 'fence', '--power-address', '127.0.0.1'],
    ...['--power-user', 'admin', '--power-password-file', 'wrong'],
    ...['--power-option', 'program=fence_ipmilan', '--power-option', 'argv_password=allowed'],
    ...['--power-option', 'ipmitool_path=/bin/false'],
  );
  const said: string[] = [];
  const conversation = async (...lines: string[]) => {
    for (const line of lines) said.push(await say(line));
  };

  await conversation(
    'power status --selector name=web*',
    `power on web1 ${id}`,
    'power on --selector name=web*',
    'power on',
    'power status --selector name=web1 --selector name=web2',
    'power status --selector name=nobody',
    'power off --selector name=web*',
    'power cycle web1',
    'power boot-device pxe web1 --efi',
    'power off --selector name=web* --yes',
    'power reset web1',
    'power status web1 db1 nobody',
    'power test web1',
    'power test db1',
    'power test db2',
    'power test db3',
    'power test db4',
    'power test old1',
  );
  // What was right once, and is wrong by now.
  await run('system', 'edit', 'web2', '--power-password-file', 'wrong');
  await conversation('power status web2', 'power last', 'power last --unreachable');

  const token = JSON.parse((await run('token', 'create', '--output', 'json')).out).token as string;
  const bmc = { address: '127.0.0.1', vendor: 'OpenIPMI', protocols: ['ipmi' as const] };
  await enroll({
    controller: controller.localUrl,
    token,
    stateDir: join(folder, 'agent'),
    facts: async () => ({
      ...facts,
      ...{ hostname: 'app1', machineUuid: '4c4c4544-0042-3510-8052-b4c04f4d3233' },
      interfaces: [],
      bmc: { ...bmc, cipherSuites: [1, 2, 3] },
    }),
  });
  const [, port = ''] = await startedBmc();
  await conversation('power test app1', 'power detect app1');
  await conversation('power detect app1 --user admin --password-file password');
  await run('system', 'edit', 'app1', '--power-port', port);
  await conversation('power test app1', 'power on app1');
  expect(said.join('\n')).not.toContain(bmcs[0]?.password);
  await expect(said.join('\n')).toMatchFileSnapshot(golden);
}, 180_000);
