/** An agent that dies before it takes an acknowledgement in, with the real controller and its CLI. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JobView, PowerResult } from '@resole/protocol';
import { build } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import { enroll } from '../../../packages/agent/src/enroll.ts';
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { runCli } from '../../../packages/controller/src/cli/testing.ts';
import { freePort } from '../../support/ports.ts';

const main = join(import.meta.dirname, '../../../packages/controller/src/main.ts');

const serve = async (dataDir: string): Promise<string> => {
  const port = String(await freePort());
  const words = ['--data-dir', dataDir, '--api-port', port, '--provision-port', '0'];
  const child = spawn(process.execPath, [main, 'serve', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('the controller is up')) return `https://127.0.0.1:${port}`;
  }
  throw new Error('the controller did not start');
};

const opened = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-cut-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  const url = await serve(dataDir);
  const cli = async <Reply>(...words: string[]): Promise<Reply> => {
    const { out } = await runCli([...words, '--data-dir', dataDir, '--output', 'json']);
    return JSON.parse(out) as Reply;
  };
  const { token } = await cli<{ token: string }>('token', 'create');
  const stateDir = join(folder, 'agent');
  await enroll({ controller: url, token, stateDir, facts: () => Promise.resolve(facts) });
  const script = join(folder, 'agent-child.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'agent-child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'error',
  });
  const start = async (...fatal: string[]): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [script, stateDir, url, 'boot-1', ...fatal], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await vi.waitFor(
      async () =>
        expect((await cli<PowerResult[]>('power', 'status', 'web1'))[0]?.state).toBe('on'),
      { timeout: 10_000, interval: 200 },
    );
    return child;
  };
  return {
    cli,
    start,
    softOff: async () =>
      (await cli<PowerResult[]>('power', 'soft-off', 'web1', '--deadline', '4'))[0],
    job: async () => (await cli<JobView[]>('job', 'list'))[0],
    /** Whether the agent has let its machine go down. */
    wentDown: async () =>
      (await readFile(join(stateDir, 'did.log'), 'utf8').catch(() => '')).includes(' down'),
  };
};

test('hung before it accepts: not seen in time, taken back, never done', async () => {
  const { start, softOff, job, wentDown } = await opened();
  const agent = await start();
  const exit = once(agent, 'exit');
  agent.kill('SIGSTOP');
  const begin = performance.now();
  expect(await softOff()).toMatchObject({
    driver: 'agent',
    changed: false,
    error: { code: 'power-not-verified', message: 'soft-off of web1 did not end in 4 s' },
  });
  expect(performance.now() - begin).toBeLessThan(8000);
  agent.kill('SIGKILL');
  await exit;
  await start();
  expect([undefined, 'cancelled']).toContain((await job())?.state);
  expect(await wentDown()).toBe(false);
}, 60_000);

test('killed before the yes to its hand-over: it is back, and its machine was never off', async () => {
  const { start, softOff, wentDown } = await opened();
  const agent = await start('handing-over');
  const back = once(agent, 'exit').then(() => start());
  expect(await softOff()).toMatchObject({
    driver: 'agent',
    changed: false,
    error: {
      code: 'power-not-verified',
      message: 'the agent of web1 was gone and is back: the machine did not stay off',
    },
  });
  await back;
  expect(await wentDown()).toBe(false);
}, 60_000);
