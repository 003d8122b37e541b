/** What is imported can be installed: the default templates render for every medium. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../packages/controller/src/cli/testing.ts';
import { silentLog } from '../../packages/controller/src/log/log.ts';
import { serve } from '../../packages/controller/src/serve.ts';
import { readSettings } from '../../packages/controller/src/settings/read.ts';
import { controllerTable } from '../../packages/controller/src/settings/table.ts';
import { media, writeTree } from './import-media.ts';

/** Of each installer the oldest and the newest that its answer file is written for. */
const chosen = [
  'CentOS 7 DVD',
  'RHEL 10.0 DVD',
  'Fedora 40 Server',
  'Debian 11 mirror, two architectures',
  'Ubuntu 18.04 server',
  'Ubuntu 20.04 live server',
  'Ubuntu 26.04 live server arm64',
  'SLES 12 SP5 DVD',
  'openSUSE Tumbleweed DVD',
  'SLES 16.0 full',
  'openSUSE Leap 16.0 offline',
  'FAI squash image',
  'Windows Server 2022',
  'ESXi 8.0.2',
  'FreeBSD 14.1 disc1',
  'Alpine 3.20',
];

test('a medium of each kind imported, every template linted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-import-lint-'));
  const flags = {
    'api-port': '0',
    'provision-port': '0',
    'api-listen': '127.0.0.1',
    'provision-listen': '127.0.0.1',
  };
  const controller = await serve({
    settings: readSettings(controllerTable, { flags }),
    dataDir: join(folder, 'data'),
    host: { hostname: 'here', addresses: ['192.0.2.9'], uid: 0, home: '/nonexistent', env: {} },
    log: silentLog,
  });
  onTestFinished(async () => {
    await controller.close();
    await rm(folder, { recursive: true, force: true });
  });
  const resole = (...words: string[]) =>
    runCli(words, { env: { RESOLE_DATA_DIR: join(folder, 'data') }, cwd: folder });
  for (const name of chosen) {
    await writeTree(join(folder, 'medium'), media[name] ?? {});
    const imported = await resole('import', 'medium', '--name', name.replaceAll(/\W+/g, '-'));
    expect([name, imported.code, imported.err]).toEqual([name, 0, expect.any(String)]);
    await rm(join(folder, 'medium'), { recursive: true });
  }
  // Renders every answer file and command line, and puts them before the real checkers.
  const { code, out, err } = await resole('template', 'lint', '--output', 'json');
  expect([code, err]).toEqual([0, '']);
  const { rendered, checkers } = JSON.parse(out);
  expect(rendered).toBeGreaterThan(chosen.length);
  expect(checkers.filter(({ failed }: { failed: number }) => failed > 0)).toEqual([]);
}, 240_000);
