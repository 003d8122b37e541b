/** `resole agent …` against a real controller with agents of several machines. */
import { spawn } from 'node:child_process';
import { verify } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { Facts } from '@resole/protocol';
import { beforeAll, expect, test, vi } from 'vitest';
import { enroll } from '../../packages/agent/src/enroll.ts';
import { jobKeyOf, ownKey, readIdentity } from '../../packages/agent/src/identity.ts';
import { startAgent, type TestAgent } from '../../packages/agent/src/testing/agent.ts';
import { facts } from '../../packages/agent/src/testing/facts.ts';
import { webSocketTransport } from '../../packages/agent/src/transport/ws.ts';
import { systemClock } from '../../packages/agent/src/world.ts';
import { accessOf, clientSettings } from '../../packages/controller/src/cli/access.ts';
import { createClient } from '../../packages/controller/src/cli/client.ts';
import { contextOf, runCli } from '../../packages/controller/src/cli/testing.ts';
import { freePort } from '../support/ports.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const main = join(import.meta.dirname, '../../packages/controller/src/main.ts');
const names = ['web1', 'web2', 'web3', 'web4', 'web5', 'web6'];

let dataDir = '';
let url = '';
let folder = '';
/** How many agents are at work on an update just now, and at most. */
const working = { now: 0, most: 0, broken: new Set<string>() };
/** Agents whose work goes on until this is resolved. */
const held = new Map<string, Promise<void>>();
const agents = new Map<string, TestAgent>();
const factsOf = new Map<string, Facts>();

const resole = (...words: string[]) => runCli([...words, '--data-dir', dataDir]);
const json = async (...words: string[]) =>
  JSON.parse((await resole(...words, '--output', 'json')).out);

/** What scripts/package-agent makes, of a version that none of the agents has. */
const fakeRelease = async (agentDir: string): Promise<void> => {
  await mkdir(agentDir);
  const file = { size: 3, sha256: '0'.repeat(64) };
  const manifest = { version: '9.9.9', files: { x86_64: file }, packages: [] };
  await writeFile(join(agentDir, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(agentDir, 'resole-agent.service'), '[Service]\n');
  await writeFile(join(agentDir, 'resole-agent-x86_64.gz'), 'new');
};

const startServe = async (agentDir: string): Promise<() => void> => {
  const ports = [await freePort(), await freePort()];
  url = `https://127.0.0.1:${ports[0]}`;
  const flags = ['--data-dir', dataDir, '--agent-dir', agentDir, '--api-url', url];
  const listen = ['--api-port', `${ports[0]}`, '--provision-port', `${ports[1]}`];
  const child = spawn(process.execPath, [main, 'serve', ...flags, ...listen], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder },
  });
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('the controller is up')) resolve();
    });
  });
  return () => void child.kill('SIGKILL');
};

/** The agent of one machine: real but for its steps. */
const startOne = async (name: string, index: number): Promise<void> => {
  const mac = `52:54:00:12:34:${10 + index}`;
  const own = {
    ...facts,
    hostname: name,
    machineUuid: facts.machineUuid?.replace(/.$/, `${index}`) ?? '',
    interfaces: facts.interfaces.map((one) => ({ ...one, mac })),
  };
  const stateDir = join(folder, name);
  const { token } = await json('token', 'create');
  factsOf.set(name, own);
  const read = async () => factsOf.get(name) ?? own;
  await enroll({ controller: url, token, stateDir, facts: read });
  const identity = await readIdentity(stateDir);
  if (identity === undefined) throw new Error('not enrolled');
  const { agent, system, caPem } = identity;
  const transport = webSocketTransport({
    ...{ controller: url, caPem, agent, key: await ownKey(stateDir), bootId: 'boot-1' },
    ...{ clock: systemClock, log: () => undefined },
  });
  const doing = async () => {
    working.now += 1;
    working.most = Math.max(working.most, working.now);
    await (held.get(name) ?? new Promise((resolve) => setTimeout(resolve, 300)));
    working.now -= 1;
    if (working.broken.has(name)) throw new Error('no room');
    return undefined;
  };
  agents.set(
    name,
    await startAgent(stateDir, transport, {
      doing,
      deps: {
        self: { agent, system, jobKey: jobKeyOf(identity) },
        clock: systemClock,
        facts: read,
      },
    }),
  );
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-agents-'));
  dataDir = join(folder, 'data');
  await fakeRelease(join(folder, 'agent'));
  const stop = await startServe(join(folder, 'agent'));
  return async () => {
    stop();
    await rm(folder, { recursive: true, force: true });
  };
});

test('what is handed out is signed by the key that agents know since they enrolled', async () => {
  await startOne('web0', 9);
  const identity = await readIdentity(join(folder, 'web0'));
  if (identity === undefined) throw new Error('not enrolled');
  const reply = await new Promise<Buffer>((done, failed) => {
    get(`${url}/agent/manifest.json`, { ca: identity.caPem }, (response) => {
      void buffer(response).then(done, failed);
    }).on('error', failed);
  });
  const { manifest, signature } = JSON.parse(reply.toString());
  const signed = (text: string) =>
    verify(
      null,
      Buffer.from(`resole-agent-manifest:v1\n${text}`),
      jobKeyOf(identity),
      Buffer.from(signature, 'base64url'),
    );
  expect([signed(manifest), signed(`${manifest} `)]).toEqual([true, false]);
  expect(JSON.parse(manifest)).toMatchObject({
    version: '9.9.9',
    files: { 'resole-agent-x86_64': { size: 3, sha256: '0'.repeat(64) } },
  });
  await agents.get('web0')?.stop();
  expect((await resole('agent', 'revoke', 'web0')).code).toBe(0);
});

test('listed, asked for their log, updated so many at once, stopped at a failure', async () => {
  for (const [index, name] of names.entries()) await startOne(name, index);
  const online = await json('agents', 'list', '--online', '--fact', 'os.id=debian');
  expect(online.map(({ systemName }: { systemName: string }) => systemName)).toEqual(names);

  const log = await resole('agent', 'logs', 'web1', '--lines', '5');
  expect(log.out).toMatch(/^\S+Z info: connected to the controller\n$/);
  expect((await resole('agent', 'logs', 'web1', '--lines', '0')).code).toBe(2);

  factsOf.set('web1', { ...facts, hostname: 'web1b', packages: { manager: 'dpkg', count: 7 } });
  const history = await json('agent', 'facts', 'web1', '--refresh', '--history');
  expect(history).toContainEqual(
    expect.objectContaining({ field: 'hostname', before: 'web1', after: 'web1b' }),
  );
  const found = await json('agent', 'list', '--fact', 'packages.manager=dpkg');
  expect(found).toHaveLength(1);

  const all = await json('agent', 'update', ...names.slice(0, 4), '--at-once', '2');
  expect(all.map(({ state }: { state: string }) => state)).toEqual(
    names.slice(0, 4).map(() => 'done'),
  );
  expect(working.most).toBe(2);
  expect((await resole('agent', 'logs', 'web1')).out).toMatch(/info: job .*: agent-update\n/);

  const version = join(folder, 'agent/manifest.json');
  const offered = await readFile(version, 'utf8');
  // The controller's own version is no matter: what it hands out is what they have.
  await writeFile(version, offered.replace('9.9.9', facts.agentVersion));
  const current = await resole('agent', 'update', '--all');
  expect(current.out).toBe('every connected agent has this version already\n');
  await writeFile(version, offered);

  working.broken.add('web2');
  const stopped = await resole('agent', 'update', ...names, '--at-once', '1');
  expect(stopped.code).toBe(1);
  expect(stopped.out).toMatch(/^web1 .* done\nweb2 .* failed\nweb3 .* not started\n/m);
  expect(stopped.err).toMatch(/^web1: done\nweb2: failed: .*no room\n/);

  const { promise, resolve } = Promise.withResolvers<void>();
  held.set('web3', promise);
  const { id } = await json('agent', 'update', 'web3');
  const meanwhile = await resole('agent', 'update', 'web3');
  expect([meanwhile.code, meanwhile.err]).toEqual([6, expect.stringContaining('(job-running)')]);
  const rollout = await resole('agent', 'update', 'web3', 'web4', '--at-once', '1');
  expect(rollout.err).toMatch(/^web3: failed: .*\n/);
  resolve();
  await vi.waitFor(async () => expect((await json('job', 'show', id)).state).toBe('done'));
  held.delete('web3');
  expect((await resole('agent', 'update', 'web3', '--watch')).code).toBe(0);

  await agents.get('web6')?.stop();
  await vi.waitFor(async () => {
    const { err, code } = await resole('agent', 'logs', 'web6');
    expect([code, err]).toEqual([8, expect.stringContaining('(agent-offline)')]);
  });
});

test('a job is done by the plan that was agreed to, or not at all', async () => {
  const { host } = contextOf();
  const access = await accessOf(await clientSettings({ 'data-dir': dataDir }, host, '/'), host);
  const client = createClient(access, AbortSignal.timeout(30_000));
  const request = { kind: 'shutdown', system: 'web5' };
  const planned = () => client.send<{ digest: string }>('POST', '/v1/plans', request);
  const { digest } = await planned();
  expect(await planned()).toMatchObject({ digest });
  const start = (planDigest: string) =>
    client.send('POST', '/v1/jobs', { ...request, force: true, planDigest });
  await expect(start(digest)).rejects.toMatchObject({ code: 'plan-changed' });
  expect(await json('job', 'list', '--system', 'web5', '--state', 'staging')).toEqual([]);
  await expect(start('yes')).rejects.toMatchObject({ code: 'invalid-input' });
});
