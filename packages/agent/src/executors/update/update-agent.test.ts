import { createHash } from 'node:crypto';
import { readdir, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { StepArguments } from '@resole/protocol';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { type Machine, machine } from '../../testing/machine.ts';
import { updateAgent } from './update-agent.ts';
import { startWatchdog } from './watchdog.ts';

const fresh = Buffer.from('the new executable');
const packed = gzipSync(fresh);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const serve = async (): Promise<string> => {
  const server = createServer((_, response) => {
    response.setHeader('content-length', packed.length);
    response.end(packed);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent.gz`;
};

/** The end of the process, as the service manager would bring it about. */
const ended = new Error('the process ended');

const agentOf = async (): Promise<{
  server: Machine;
  args: StepArguments<'update-agent'>;
  as: (version: string) => Promise<string>;
}> => {
  const server = await machine({ programs: { systemctl: () => '' } });
  await server.write('/usr/local/bin/resole-agent', 'the old executable');
  await server.write('/run/systemd/system/marker', '');
  await server.write('/proc/self/cgroup', '0::/system.slice/resole-agent.service\n');
  const path = join(server.root, 'usr/local/bin/resole-agent');
  const args = {
    version: '2.0.0',
    url: await serve(),
    packed: { size: packed.length, sha256: sha256(packed) },
    sha256: sha256(fresh),
    deadlineSeconds: 60,
  };
  const as = async (version: string) => {
    const context = {
      ...server.context,
      program: { version, path },
      restart: () => {
        throw ended;
      },
    };
    const outcome = await updateAgent.execute(args, context).catch((error: Error) => error.message);
    return String(outcome);
  };
  return { server, args, as };
};

const unitFolder = 'etc/systemd/system';
const wanted = 'multi-user.target.wants/resole-agent-update.service';
/** What there is of the watchdog. */
const units = async (server: Machine) => {
  const names = await readdir(join(server.root, unitFolder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.service'))
    .sort()
    .reverse();
};
const folder = (server: Machine) => readdir(join(server.root, 'usr/local/bin'));
const executable = (server: Machine) =>
  readFile(join(server.root, 'usr/local/bin/resole-agent'), 'utf8');

test('the new version takes the place, says that it works, and the old one goes', async () => {
  const { server, as } = await agentOf();
  expect(await as('1.0.0')).toBe(ended.message);
  expect(await executable(server)).toBe('the new executable');
  expect(await folder(server)).toEqual(['resole-agent', 'resole-agent.old']);
  expect(await units(server)).toEqual(['resole-agent-update.service', wanted]);
  expect(server.ran).toEqual([
    'systemctl stop resole-agent-update.service',
    'systemctl daemon-reload',
    'systemctl start resole-agent-update.service',
  ]);
  expect(await as('2.0.0')).toBe('now version 2.0.0');
  expect(server.ran.slice(3)).toEqual([
    'systemctl stop resole-agent-update.service',
    'systemctl daemon-reload',
  ]);
  expect(await folder(server)).toEqual(['resole-agent']);
  expect(await units(server)).toEqual([]);
});

test('the watchdog is a unit that systemd has nothing to say against, whatever the paths are', async () => {
  const { server, as } = await agentOf();
  await as('1.0.0');
  const text = await readFile(
    join(server.root, `${unitFolder}/resole-agent-update.service`),
    'utf8',
  );
  expect(text.replaceAll(server.root, '')).toMatchInlineSnapshot(`
    "[Unit]
    Description=Brings the old Resole agent back unless the new one works in time
    ConditionPathExists=/usr/local/bin/resole-agent.old

    [Service]
    Type=simple
    ExecStart=/bin/sh -c "sleep \\"$$1\\"; [ -e \\"$$2\\" ] || exit 0; mv -f \\"$$2\\" \\"$$3\\"; systemctl restart \\"$$4\\"" "sh" "60" "/usr/local/bin/resole-agent.old" "/usr/local/bin/resole-agent" "resole-agent.service"

    [Install]
    WantedBy=multi-user.target
    "
  `);
  await startWatchdog(
    { path: '/opt/a "b" 50% $HOME\\c/agent', old: '/opt/old 50%', deadlineSeconds: 7 },
    server.context,
  );
  const unit = join(server.root, unitFolder, 'resole-agent-update.service');
  const { stdout, stderr } = await execa('systemd-analyze', ['verify', unit]);
  expect(stdout + stderr).toBe('');
});

test('brought back by the watchdog, the old version says so', async () => {
  const { server, as } = await agentOf();
  await as('1.0.0');
  const path = join(server.root, 'usr/local/bin/resole-agent');
  await rename(`${path}.old`, path);
  expect(await as('1.0.0')).toBe('version 2.0.0 did not connect within 60 s: the old one is back');
  await updateAgent.undo(server.context);
  expect(await executable(server)).toBe('the old executable');
  expect(await folder(server)).toEqual(['resole-agent']);
});

test('cut off before the restart, it is restarted; taken back, the old version is there', async () => {
  const { server, as } = await agentOf();
  await as('1.0.0');
  expect(await as('1.0.0')).toBe(ended.message);
  await updateAgent.undo(server.context);
  expect(await executable(server)).toBe('the old executable');
  expect(await folder(server)).toEqual(['resole-agent']);
});

test('an executable that is not the planned one is refused with nothing changed', async () => {
  const { server, args, as } = await agentOf();
  args.sha256 = sha256(Buffer.from('another'));
  expect(await as('1.0.0')).toBe('the new agent is not the one that was planned');
  expect(await folder(server)).toEqual(['resole-agent']);
});

test('only a packaged executable under systemd replaces itself', async () => {
  const { server, args } = await agentOf();
  await expect(updateAgent.execute(args, server.context)).rejects.toMatchObject({
    code: 'update-unsupported',
  });
});
