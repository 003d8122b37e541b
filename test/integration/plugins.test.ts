/** Plugins and webhooks of a controller that runs, as docs/plugins.md shows them. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../packages/controller/src/cli/testing.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'packages/controller/src/main.ts');

/** The page's examples, by the path that they are to have. */
const examples = async (): Promise<Map<string, string>> => {
  const page = await readFile(join(root, 'docs/plugins.md'), 'utf8');
  const found = page.matchAll(/<!-- example: (\S+) -->\n```\w+\n([\s\S]*?)```\n/g);
  return new Map([...found].map(([, path = '', content = '']) => [path, content]));
};

const dataFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-plugins-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data');
};

const install = async (dataDir: string, path: string, content: string, mode = 0o755) => {
  const file = join(dataDir, 'plugins', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, mode);
};

interface Running {
  lines: string[];
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

const start = async (dataDir: string, ...flags: string[]): Promise<Running> => {
  const words = ['serve', '--data-dir', dataDir, '--api-port', '0', '--provision-port', '0'];
  const child = execa(process.execPath, [main, ...words, ...flags], {
    ...{ reject: false, env: { PATH: process.env.PATH, HOME: dirname(dataDir) }, extendEnv: false },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const up = new Promise<void>((resolve) => {
    void (async () => {
      for await (const line of child.iterable({ from: 'stderr' })) {
        lines.push(line);
        if (line.includes('the controller is up')) resolve();
      }
      resolve();
    })().catch(() => resolve());
  });
  await up;
  return {
    lines,
    kill: async (signal) => {
      child.kill(signal);
      await child;
    },
  };
};

const cli = (dataDir: string, ...words: string[]) => runCli([...words, '--data-dir', dataDir]);

const shownOf = (dataDir: string, { code, out, err }: Awaited<ReturnType<typeof cli>>) =>
  `${out}${err}(${code})`.replaceAll(dirname(dataDir), '…');

const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    if (await isSo()) return;
  }
  throw new Error(`${what}: not within 60 s`);
};

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver on a port that stays the same while it is away. */
const receiver = async (port = 0, answer: (count: number) => number = () => 204) => {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(answer(received.length)).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { received, close, port: (server.address() as AddressInfo).port };
};

test('the examples of docs/plugins.md do what the page says', async () => {
  const dataDir = await dataFolder();
  const shown = await examples();
  expect([...shown.keys()]).toEqual([
    'triggers/before-system-remove/10-keep',
    'modules/naming.mjs',
    'receiver.mjs',
  ]);
  await start(dataDir);
  for (const [path, content] of shown) {
    if (path !== 'receiver.mjs') await install(dataDir, path, content);
  }
  expect(shownOf(dataDir, await cli(dataDir, 'plugin', 'list'))).toMatchInlineSnapshot(`
    "NAME        KIND        EVENTS                STATE  PATH
    10-keep     executable  before-system-remove  ok     …/data/plugins/triggers/before-system-remove/10-keep
    naming.mjs  module      before-system-add     ok     …/data/plugins/modules/naming.mjs
    (0)"
  `);

  expect(shownOf(dataDir, await cli(dataDir, 'system', 'add', 'Web'))).toMatchInlineSnapshot(`
    "error: plugin naming.mjs refused: "Web" is not a role and a number, as in web1 (refused-by-plugin)
    next: see what it wants: …/data/plugins/modules/naming.mjs
    (7)"
  `);
  expect((await cli(dataDir, 'system', 'add', 'db1', '--comment', 'keep it')).code).toBe(0);
  expect(
    shownOf(dataDir, await cli(dataDir, 'system', 'remove', 'db1', '--yes')),
  ).toMatchInlineSnapshot(`
    "error: plugin 10-keep refused: its comment says "keep" (refused-by-plugin)
    next: see what it wants: …/data/plugins/triggers/before-system-remove/10-keep
    (7)"
  `);
  expect((await cli(dataDir, 'system', 'show', 'db1')).code).toBe(0);
  expect((await cli(dataDir, 'system', 'edit', 'db1', '--comment', 'old')).code).toBe(0);
  expect((await cli(dataDir, 'system', 'remove', 'db1', '--yes')).code).toBe(0);
}, 120_000);

test('after an action: told with old and new, in order, without secrets', async () => {
  const dataDir = await dataFolder();
  const told = join(dirname(dataDir), 'told');
  await install(dataDir, 'triggers/after-system-add/10-note', `#!/bin/sh\ncat >> ${told}\n`);
  await install(dataDir, 'triggers/after-system-edit/10-note', `#!/bin/sh\ncat >> ${told}\n`);
  await start(dataDir);
  await cli(dataDir, 'system', 'add', 'web1');
  await cli(dataDir, 'system', 'edit', 'web1', '--comment', 'rack 12');
  // No change, no event.
  await cli(dataDir, 'system', 'edit', 'web1', '--comment', 'rack 12');
  await cli(dataDir, 'system', 'edit', 'web1', '--comment', 'rack 13');
  const events = async () => {
    const lines = await readFile(told, 'utf8').catch(() => '');
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  await until('three events', async () => (await events()).length === 3);
  expect(
    (await events()).map(({ event, old, new: now }) => [event, old?.comment, now?.comment]),
  ).toEqual([
    ['after-system-add', undefined, undefined],
    ['after-system-edit', undefined, 'rack 12'],
    ['after-system-edit', 'rack 12', 'rack 13'],
  ]);
}, 120_000);

test('a webhook gets every acknowledged change, signed, although the controller is killed', async () => {
  const dataDir = await dataFolder();
  const away = await receiver();
  away.close();
  const first = await start(dataDir);
  const url = `http://127.0.0.1:${away.port}/services/T0SECRET`;
  const added = await cli(dataDir, 'webhook', 'add', 'audit', url, '--output', 'json');
  expect(added.err).toBe('');
  const { secret } = JSON.parse(added.out) as { secret: string };
  const names = Array.from({ length: 5 }, (_, index) => `web${index}`);
  for (const name of names) expect((await cli(dataDir, 'system', 'add', name)).code).toBe(0);
  await first.kill('SIGKILL');
  expect((await readdir(join(dataDir, 'webhooks'))).length).toBe(5);

  const there = await receiver(away.port, (count) => (count === 1 ? 503 : 204));
  const second = await start(dataDir);
  const folder = dirname(dataDir);
  await writeFile(join(folder, 'receiver.mjs'), (await examples()).get('receiver.mjs') ?? '');
  const { isGenuine } = await import(join(folder, 'receiver.mjs'));
  await until('all have arrived', () => there.received.length === 6);
  // The first was answered by 503, and came again under the same name.
  const deliveries = there.received.map(({ headers }) => headers['resole-delivery']);
  expect(deliveries[1]).toBe(deliveries[0]);
  expect(there.received.slice(1).map(({ body }) => JSON.parse(body).new.name)).toEqual(names);
  for (const { headers, body } of there.received) {
    expect(isGenuine(secret, headers, body)).toBe(true);
    expect(isGenuine('another secret!!', headers, body)).toBe(false);
    expect(isGenuine(secret, headers, `${body} `)).toBe(false);
  }
  await until('nothing waits', async () => (await readdir(join(dataDir, 'webhooks'))).length === 0);
  expect((await cli(dataDir, 'webhook', 'test', 'audit')).code).toBe(0);
  const list = await cli(dataDir, 'webhook', 'list', '--output', 'json');
  const all = [...first.lines, ...second.lines, list.out].join('\n');
  expect(all).toContain('http://127.0.0.1');
  expect(all).not.toContain('T0SECRET');
  expect(all).not.toContain(secret);
}, 120_000);
