/** `resole reinstall --method manual`: ESXi, from its tree to the job's end, with a person as firmware. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { enroll } from '../../packages/agent/src/enroll.ts';
import { facts } from '../../packages/agent/src/testing/facts.ts';
import { runCli } from '../../packages/controller/src/cli/testing.ts';
import { silentLog } from '../../packages/controller/src/log/log.ts';
import { type Controller, serve } from '../../packages/controller/src/serve.ts';
import { readSettings } from '../../packages/controller/src/settings/read.ts';
import { controllerTable } from '../../packages/controller/src/settings/table.ts';
import { media, writeTree } from './import-media.ts';

let folder: string;
let controller: Controller;

/** What scripts/package-agent makes. */
const fakeRelease = async (agentDir: string): Promise<void> => {
  await mkdir(agentDir);
  const file = { size: 3, sha256: '0'.repeat(64) };
  const manifest = { version: '9.9.9', files: { x86_64: file }, packages: [] };
  await writeFile(join(agentDir, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(agentDir, 'resole-agent.service'), '[Service]\n');
  await writeFile(join(agentDir, 'resole-agent-x86_64.gz'), 'new');
};

const resole = async (...words: string[]) => {
  const env = { RESOLE_DATA_DIR: join(folder, 'data') };
  const ran = await runCli(words, { env, cwd: folder });
  expect([words, ran.code, ran.code === 0 ? '' : ran.err]).toEqual([words, 0, '']);
  return ran;
};
const json = async (...words: string[]) =>
  JSON.parse((await resole(...words, '--output', 'json')).out);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-manual-'));
  await fakeRelease(join(folder, 'agent'));
  const flags = {
    'api-port': '0',
    'provision-port': '0',
    'api-listen': '127.0.0.1',
    'provision-listen': '127.0.0.1',
    'agent-dir': join(folder, 'agent'),
  };
  controller = await serve({
    settings: readSettings(controllerTable, { flags }),
    dataDir: join(folder, 'data'),
    host: {
      hostname: '127.0.0.1',
      addresses: ['127.0.0.1'],
      uid: 0,
      home: '/nonexistent',
      env: {},
    },
    log: silentLog,
  });
  await writeTree(join(folder, 'medium'), media['ESXi 8.0.2'] ?? {});
  await resole('import', 'medium', '--name', 'esxi');
  await resole('profile', 'edit', 'esxi', '--authorized-key', 'ssh-ed25519 AAAA op');
  const { token } = await json('token', 'create');
  const [disk] = facts.disks;
  if (disk === undefined) throw new Error('a machine without a disk');
  const known = {
    ...facts,
    memoryBytes: 16e9,
    disks: [{ ...disk, id: 'serial:S4EV', system: true }],
  };
  await enroll({
    controller: controller.localUrl,
    token,
    stateDir: join(folder, 'state'),
    facts: async () => known,
  });
}, 60_000);

afterAll(async () => {
  await controller.close();
  await rm(folder, { recursive: true, force: true });
});

test('a person starts the installer, which tells of itself to its end', async () => {
  const said = await resole(
    'reinstall',
    'web1',
    '--profile',
    'esxi',
    '--method',
    'manual',
    '--yes',
  );
  const id = /job (job_\w+) on web1/.exec(said.out)?.[1] ?? '';
  expect(said.out).toContain(`resole job answer-file ${id}`);
  await vi.waitFor(async () => expect((await json('job', 'show', id)).state).toBe('armed'), 5000);

  const shown = await resole('job', 'answer-file', id);
  const url = /^its address: (\S+)$/m.exec(shown.err)?.[1] ?? '';
  expect(shown.err).toContain(`boot options: ks=${url}`);
  expect(shown.out).toContain('vmaccepteula\n');
  // Showing it is no sign of the installer.
  expect((await json('job', 'show', id)).state).toBe('armed');

  const fetched = await fetch(url);
  expect([fetched.status, await fetched.text()]).toEqual([200, shown.out]);
  expect((await json('job', 'show', id)).state).toBe('installer-booted');
  const tell = async (event: string) => {
    await fetch(url.replace(/answer-file$/, `events/${event}?phase=x`));
    return (await json('job', 'show', id)).state;
  };
  expect(await tell('start')).toBe('installing');
  expect(await tell('done')).toBe('done');
  expect((await fetch(url)).status).toBe(404);
  const { profile } = await json('system', 'show', 'web1');
  expect(profile).toBe((await json('profile', 'show', 'esxi')).id);
});

test('a machine that nobody has seen has to have one disk; other methods say that there is this one', async () => {
  await resole('system', 'add', 'bare', '--profile', 'esxi', '--mac', '52:54:00:00:00:09');
  const plan = await resole('reinstall', 'bare', '--method', 'manual', '--dry-run');
  expect(plan.out).toContain('only (the only disk that is not removable, of unknown size)');
  const env = { RESOLE_DATA_DIR: join(folder, 'data') };
  const usual = await runCli(['reinstall', 'web1', '--yes'], { env });
  expect(usual.err).toContain('--method manual');
});
