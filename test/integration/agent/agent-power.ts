/** The real controller with its CLI, and an agent in a process of its own that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JobView, PowerResult } from '@resole/protocol';
import { expect, onTestFinished, vi } from 'vitest';
import { enroll } from '../../../packages/agent/src/enroll.ts';
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { accessOf, clientSettings } from '../../../packages/controller/src/cli/access.ts';
import { createClient } from '../../../packages/controller/src/cli/client.ts';
import { contextOf, runCli } from '../../../packages/controller/src/cli/testing.ts';
import { Bmc } from '../../support/bmc.ts';
import { freePort } from '../../support/ports.ts';
import { bundledAgent } from './bundled.ts';

const main = join(import.meta.dirname, '../../../packages/controller/src/main.ts');

/** Has something done when all is over, the last first. */
type AtEnd = (end: () => Promise<void> | void) => void;

const serve = async (dataDir: string, atEnd: AtEnd): Promise<string> => {
  const port = String(await freePort());
  const words = ['--data-dir', dataDir, '--api-port', port, '--provision-port', '0'];
  const child = spawn(process.execPath, [main, 'serve', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit');
  atEnd(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('the controller is up')) return `https://127.0.0.1:${port}`;
  }
  throw new Error('the controller did not start');
};

/** The agent's system is `web1`; everything is gone in the end, by default that of the test. */
export const opened = async (atEnd: AtEnd = onTestFinished) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-cut-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  const url = await serve(dataDir, atEnd);
  const cli = async <Reply>(...words: string[]): Promise<Reply> => {
    const { out } = await runCli([...words, '--data-dir', dataDir, '--output', 'json']);
    return JSON.parse(out) as Reply;
  };
  const { token } = await cli<{ token: string }>('token', 'create');
  const stateDir = join(folder, 'agent');
  await enroll({ controller: url, token, stateDir, facts: () => Promise.resolve(facts) });
  const script = await bundledAgent(folder);
  const start = async (boot = 'boot-1', ...fault: string[]): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [script, stateDir, url, boot, ...fault], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    atEnd(() => void child.kill('SIGKILL'));
    await vi.waitFor(
      async () =>
        expect(
          (await cli<{ online: boolean }[]>('agent', 'list')).some(({ online }) => online),
        ).toBe(true),
      { timeout: 10_000, interval: 200 },
    );
    return child;
  };
  const { host, signal } = contextOf();
  const access = await accessOf(await clientSettings({ 'data-dir': dataDir }, host, '/'), host);
  return {
    cli,
    /** Of its API. */
    client: createClient(access, signal),
    folder,
    start,
    softOff: async (seconds: number) =>
      (await cli<PowerResult[]>('power', 'soft-off', 'web1', '--deadline', String(seconds)))[0],
    job: async () => (await cli<JobView[]>('job', 'list'))[0],
    /** How often the agent has let its machine go down. */
    wentDown: async () =>
      (await readFile(join(stateDir, 'did.log'), 'utf8').catch(() => '')).split(' down').length - 1,
  };
};

/** The machine of `web1` gets a BMC, and is on. */
export const behindBmc = async () => {
  const world = await opened();
  const bmc = await Bmc.start();
  onTestFinished(() => bmc.stop());
  const password = join(world.folder, 'bmc-password');
  await writeFile(password, bmc.password);
  await world.cli(
    ...['system', 'edit', 'web1', '--power-driver', 'auto', '--power-address', '127.0.0.1'],
    ...['--power-port', String(bmc.port), '--power-user', 'admin'],
    ...['--power-password-file', password],
    ...['--power-option', 'cipherSuite=3', '--power-option', 'packets=1'],
  );
  const power = async (action: string, ...more: string[]) =>
    (await world.cli<PowerResult[]>('power', action, 'web1', ...more))[0];
  await power('on');
  return { ...world, bmc, power };
};
