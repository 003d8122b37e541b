/** `resole import` against a real controller: from a tree to a distro that jobs can use. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../packages/controller/src/cli/testing.ts';
import { silentLog } from '../../packages/controller/src/log/log.ts';
import { type Controller, serve } from '../../packages/controller/src/serve.ts';
import { readSettings } from '../../packages/controller/src/settings/read.ts';
import { controllerTable } from '../../packages/controller/src/settings/table.ts';
import { media, writeTree } from './import-media.ts';

let folder: string;
let controller: Controller;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-import-cli-'));
  const flags = {
    'api-port': '0',
    'provision-port': '0',
    'api-listen': '127.0.0.1',
    'provision-listen': '127.0.0.1',
  };
  controller = await serve({
    settings: readSettings(controllerTable, { flags }),
    dataDir: join(folder, 'data'),
    host: { hostname: 'here', addresses: ['192.0.2.9'], uid: 0, home: '/nonexistent', env: {} },
    log: silentLog,
  });
  await writeTree(join(folder, 'rocky'), media['Rocky Linux 9.7 minimal'] ?? {});
  await writeTree(join(folder, 'mirror'), media['Debian 11 mirror, two architectures'] ?? {});
  await writeTree(join(folder, 'photos'), { 'cat.jpg': 'cat' });
});

afterAll(async () => {
  await controller.close();
  await rm(folder, { recursive: true, force: true });
});

const say = async (line: string): Promise<string> => {
  const { code, out, err } = await runCli(line.split(' '), {
    env: { RESOLE_DATA_DIR: join(folder, 'data') },
    cwd: folder,
  });
  return `$ resole ${line}\n${out}${err}${code === 0 ? '' : `→ ${code}\n`}`.replaceAll(
    folder,
    'CWD',
  );
};

test('what an operator sees', async () => {
  const said: string[] = [];
  for (const line of [
    'import rocky --dry-run',
    'import rocky',
    'import rocky',
    'import mirror --name bullseye --no-profile',
    'import rocky --family subiquity',
    'import rocky --name bullseye-x86_64',
    'distro list',
    'import rocky --name rocky2',
    'profile add sub --parent rocky2',
    'import rocky --profile sub',
    'import rocky --name rocky2 --profile sub',
    'profile list',
  ])
    said.push(await say(line));
  await writeFile(join(folder, 'rocky/images/install.img'), 'another');
  said.push(await say('import rocky --name again'));
  await expect(said.join('\n')).toMatchFileSnapshot(
    join(import.meta.dirname, '../golden/import/cli.txt'),
  );
  expect(await say('import photos')).toContain('nothing that installs is recognised in CWD/photos');
}, 60_000);
