import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../log/log.ts';
import { eventOf } from '../events.ts';
import { signature } from './sign.ts';
import { openWebhooks, type WebhookDeps } from './webhooks.ts';

const uid = process.getuid?.() ?? 0;

interface Received {
  name: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** @param answer status for the so-and-so-manieth request, from 1 on */
const receiver = async (answer: (count: number, name: string) => number = () => 204) => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const name = JSON.parse(body).new?.name;
    received.push({ name, headers: request.headers, body });
    response.writeHead(answer(received.length, name), { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/in/KEY` };
};

const opened = async (limits: WebhookDeps['limits'] = {}, hours = { now: 0 }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'resole-webhooks-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.slice(9).replace(/ id=\S+/, ''));
  const open = () =>
    openWebhooks({
      ...{ dataDir, uid, now: () => new Date(Date.now() + hours.now * 3_600_000) },
      log: createLog({ level: 'info', format: 'text', colour: false, write }),
      limits: { firstRetryMs: 10, longestRetryMs: 40, ...limits },
    });
  const webhooks = await open();
  onTestFinished(() => webhooks.close());
  const accept = (
    name: string,
    event: 'after-system-add' | 'after-system-edit' = 'after-system-add',
  ) => webhooks.accept(eventOf(event, { new: { name } }, new Date()));
  const waiting = async () =>
    (await readdir(join(dataDir, 'webhooks')).catch(() => [])).filter((name) => name[0] !== '.');
  return { dataDir, webhooks, open, accept, lines, waiting, hours };
};

const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (const end = Date.now() + 8000; Date.now() < end; await sleep(5)) if (await isSo()) return;
  throw new Error('not within 8 s');
};

const secret = 'sixteen-characters';

test('in order, each to those who want it, signed', async () => {
  const { webhooks, accept, waiting } = await opened();
  const all = await receiver();
  const edits = await receiver();
  expect(webhooks.wants('after-system-add')).toBe(false);
  await webhooks.add({ name: 'all', url: all.url, events: ['*'], secret });
  await webhooks.add({ name: 'edits', url: edits.url, events: ['after-*-edit'], secret });
  expect(webhooks.wants('after-system-add')).toBe(true);
  for (const name of ['a', 'b', 'c']) await accept(name);
  await accept('d', 'after-system-edit');
  await until(() => all.received.length === 4 && edits.received.length === 1);
  expect(all.received.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  const [one] = edits.received;
  expect(one?.headers).toMatchObject({
    'content-type': 'application/json',
    'resole-event': 'after-system-edit',
    'resole-delivery': JSON.parse(one?.body ?? '').id,
    'resole-signature': `v1=${signature(secret, Number(one?.headers['resole-timestamp']), one?.body ?? '')}`,
  });
  await until(async () => (await waiting()).length === 0);
});

test('the signature is that of the documentation', () => {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac sixteen-characters
  expect(signature(secret, 1_700_000_000, '{}')).toMatchInlineSnapshot(
    `"33114115e2e55b04dac5b6803946389aaa860a3fde90def26a5990bbc468687f"`,
  );
});

test('a failure holds back what follows, a refusal does not; redirects are failures', async () => {
  const { webhooks, accept, lines } = await opened();
  const answers = [503, 302, 401, 204, 422, 204];
  const { received, url } = await receiver((count) => answers[count - 1] ?? 204);
  await webhooks.add({ name: 'hook', url, events: ['*'], secret });
  for (const name of ['a', 'b', 'c']) await accept(name);
  await until(() => received.length === 6);
  expect(received.map(({ name }) => name)).toEqual(['a', 'a', 'a', 'a', 'b', 'c']);
  const about = 'hook=hook event=after-system-add';
  expect(lines).toEqual([
    `warn  a webhook failed, it is tried again ${about} reason="it answered 503"`,
    `warn  a webhook failed, it is tried again ${about} reason="it answered 302"`,
    `warn  a webhook failed, it is tried again ${about} reason="it answered 401"`,
    `error a webhook refused an event ${about} status=422`,
  ]);
});

test('what can not be delivered within a day is given up; the queue is bounded', async () => {
  const { webhooks, accept, lines, waiting, hours } = await opened({ queue: 2 });
  await webhooks.add({ name: 'dead', url: 'http://127.0.0.1:9/in/KEY', events: ['*'], secret });
  await accept('a');
  await accept('b');
  await accept('c');
  expect(lines.filter((line) => line.includes('too many'))).toHaveLength(1);
  expect(await waiting()).toHaveLength(2);
  await until(async () => (await webhooks.list())[0]?.failing !== undefined);
  expect(await webhooks.list()).toEqual([
    {
      name: 'dead',
      url: 'http://127.0.0.1:9/…',
      events: ['*'],
      waiting: 2,
      failing: expect.any(String),
    },
  ]);
  hours.now = 25;
  await until(async () => (await waiting()).length === 0);
  expect(lines.filter((line) => line.includes('is given up'))).toHaveLength(2);
  expect(lines.join('\n')).not.toContain('KEY');
});

test('a later run goes on, sets damaged files aside, and drops what nobody wants any more', async () => {
  const { dataDir, webhooks, accept, open, lines, waiting } = await opened();
  const { received, url } = await receiver((_, name) => (name === 'a' ? 503 : 204));
  await webhooks.add({ name: 'hook', url, events: ['*'], secret });
  await webhooks.add({ name: 'gone', url: 'http://127.0.0.1:9/', events: ['*'], secret });
  await accept('a');
  await accept('b');
  await webhooks.close();
  await webhooks.remove('gone');
  const [first = ''] = (await waiting()).filter((name) => name.includes('.hook.'));
  await writeFile(join(dataDir, 'webhooks', first), '{"torn');
  await writeFile(join(dataDir, 'webhooks', '.new-0123'), '{"torn');
  const next = await open();
  onTestFinished(() => next.close());
  await until(() => received.some(({ name }) => name === 'b'));
  await until(async () => (await waiting()).length === 1);
  expect(await waiting()).toEqual([`${first}.damaged`]);
  expect(lines.join('\n')).toContain('a delivery is damaged and was set aside');
  expect(lines.join('\n')).toContain('a webhook is gone, what waited for it is dropped');
});

test('a file by hand: read when it has changed, its mistakes named without its secrets', async () => {
  const { dataDir, webhooks, accept, lines } = await opened();
  const file = join(dataDir, 'webhooks.yaml');
  const { received, url } = await receiver();
  const write = async (content: string, mode = 0o600) => {
    await writeFile(file, content);
    await chmod(file, mode);
  };
  const problems = async () => {
    const error = await webhooks.list().catch((cause: unknown) => cause);
    const { message, details } = error as { message: string; details: object[] };
    return { message: message.replace(dataDir, '…'), details };
  };
  await write(`- {name: hook, url: "${url}", secret: ${secret}}`);
  await accept('a');
  await until(() => received.length === 1);
  await write(`- {name: hook, url: "${url}", secret: ${secret}}`, 0o644);
  const readable = await problems();
  await write('- {name: x, url: "ftp://x/", secret: SHORT, events: [before-install], more: 1}');
  const wrong = await problems();
  await write('- {name: x, secret: "HIDDEN');
  expect({ readable, wrong, 'not YAML': await problems() }).toMatchInlineSnapshot(`
    {
      "not YAML": {
        "details": [],
        "message": "…/webhooks.yaml is not YAML",
      },
      "readable": {
        "details": [],
        "message": "…/webhooks.yaml holds secrets and could be read by others",
      },
      "wrong": {
        "details": [
          {
            "field": "0.url",
            "problem": "must be a URL, as https://hooks.example/resole",
          },
          {
            "field": "0.events.0",
            "problem": "means no event that webhooks are told of; these begin with "after-"",
          },
          {
            "field": "0.secret",
            "problem": "must have 16 characters at least",
          },
          {
            "field": "0",
            "problem": "Unrecognized key: "more"",
          },
        ],
        "message": "…/webhooks.yaml has mistakes",
      },
    }
  `);
  // What was right before stays in force.
  await accept('b');
  await until(() => received.length === 2);
  expect(lines.join('\n')).not.toMatch(/HIDDEN|SHORT/);
});
