/** `resole serve` as people run it: a process of its own, with signals, kills and a second one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../packages/controller/src/cli/testing.ts';

const main = join(import.meta.dirname, '../../packages/controller/src/main.ts');

const dataFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-serve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data');
};

interface Served {
  child: ChildProcess;
  /** All lines so far. */
  lines: string[];
  exit: Promise<number | null>;
}

/** Starts it; resolves when it is up, or has ended. */
const start = async (dataDir: string, ...flags: string[]): Promise<Served> => {
  const words = ['serve', '--data-dir', dataDir, '--api-port', '0', '--provision-port', '0'];
  const child = spawn(process.execPath, [main, ...words, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: join(dataDir, '..') },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const reader = createInterface({ input: child.stderr });
  const up = new Promise<void>((resolve) => {
    reader.on('line', (line) => {
      lines.push(line);
      if (line.includes('the controller is up')) resolve();
    });
    reader.on('close', () => resolve());
  });
  await up;
  return { child, lines, exit };
};

const cli = (dataDir: string, ...words: string[]) => runCli([...words, '--data-dir', dataDir]);

test('it keeps its folder to itself, and what it keeps outlives kill -9', async () => {
  const dataDir = await dataFolder();
  const first = await start(dataDir);
  expect((await cli(dataDir, 'system', 'add', 'web1')).out).toBe('system web1 added\n');

  const second = await start(dataDir);
  expect(await second.exit).toBe(6);
  expect(second.lines).toEqual([
    `error: another controller (process ${first.child.pid}) runs on ${dataDir} (data-dir-in-use)`,
    'next: stop it first, or choose another folder: --data-dir FOLDER',
  ]);

  first.child.kill('SIGKILL');
  await first.exit;
  expect(await cli(dataDir, 'system', 'list')).toMatchObject({ code: 8 });
  const third = await start(dataDir);
  expect((await cli(dataDir, 'system', 'list')).out).toContain('web1');

  third.child.kill('SIGTERM');
  expect(await third.exit).toBe(0);
  expect(third.lines.map((line) => JSON.parse(line).message)).toEqual([
    'the controller is up',
    'ending',
    'ended',
  ]);
});

test('the first start says where everything is, and no secret', async () => {
  const dataDir = await dataFolder();
  const { child, lines, exit } = await start(
    dataDir,
    '--log-format',
    'text',
    '--log-level',
    'debug',
  );
  const made = await cli(dataDir, 'token', 'create', '--quiet');
  child.kill('SIGINT');
  expect(await exit).toBe(0);
  const text = lines.join('\n');
  expect(text).toContain(`keys, a CA and an admin token were made in ${dataDir}/trust`);
  expect(text).toContain(`resole --data-dir ${dataDir} token create`);
  expect(text).toContain('POST');
  expect(text).not.toContain('rsladmin_');
  expect(text).not.toContain(made.out.split('.')[2]);
});

test('a port that is taken is an error with a way out, and the folder is free again', async () => {
  const dataDir = await dataFolder();
  const first = await start(await dataFolder());
  const { api } = JSON.parse(first.lines[0] ?? '{}') as { api: string };
  const { port } = new URL(api);
  const second = await start(dataDir, '--api-port', port);
  expect(await second.exit).toBe(8);
  expect(second.lines).toEqual([
    `error: cannot listen on :: port ${port} (api): another program listens there (port-unavailable)`,
    'next: choose another: --api-port PORT or --api-listen ADDRESS',
  ]);
  const third = await start(dataDir);
  third.child.kill('SIGTERM');
  expect(await third.exit).toBe(0);
});

test('wrong settings are refused before anything is made', async () => {
  const dataDir = await dataFolder();
  const { exit, lines } = await start(dataDir, '--log-level', 'loud', '--api-listen', 'here');
  expect(await exit).toBe(2);
  expect(lines).toMatchInlineSnapshot(`
    [
      "error: the settings are wrong (invalid-input)",
      "  --api-listen: must be an IP address, as 0.0.0.0 or ::, not "here"",
      "  --log-level: Invalid option: expected one of "error"|"warn"|"info"|"debug", not "loud"",
      "next: docs/settings.md lists every setting; "resole serve --help" its flag",
    ]
  `);
});
