import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToAgent } from '@resole/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { enroll } from '../../../packages/agent/src/enroll.ts';
import { type Identity, ownKey, readIdentity } from '../../../packages/agent/src/identity.ts';
import type { Session } from '../../../packages/agent/src/ports.ts';
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { type LinkOptions, webSocketTransport } from '../../../packages/agent/src/transport/ws.ts';
import { systemClock } from '../../../packages/agent/src/world.ts';
import { LinkController } from './link-controller.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'resole-link-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function controller(): Promise<LinkController> {
  const started = await LinkController.start(await folder());
  onTestFinished(() => started.stop());
  return started;
}

async function enrolled(at: LinkController): Promise<{ stateDir: string; identity: Identity }> {
  const stateDir = await folder();
  const known = () => Promise.resolve(facts);
  const identity = await enroll({
    controller: at.url,
    token: `${at.token}\n`,
    stateDir,
    facts: known,
  });
  return { stateDir, identity };
}

/** A link that notes what happens on it. */
async function link(
  at: LinkController,
  { stateDir, identity }: { stateDir: string; identity: Identity },
  changes: Partial<LinkOptions> = {},
) {
  const seen = { opened: 0, closed: 0, frames: [] as ToAgent[], log: [] as string[] };
  let session: Session | undefined;
  const stop = new AbortController();
  const running = webSocketTransport({
    controller: at.url,
    caPem: identity.caPem,
    key: await ownKey(stateDir),
    agent: identity.agent,
    bootId: 'boot-1',
    clock: systemClock,
    log: (_, line) => seen.log.push(line),
    backoff: { next: () => 10, reset: () => undefined },
    ...changes,
  }).run(
    {
      opened: (given) => {
        session = given;
        seen.opened += 1;
      },
      received: (frame) => seen.frames.push(frame),
      closed: () => {
        seen.closed += 1;
      },
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { seen, session: () => session, stop: () => stop.abort(), running };
}

test('enrolment: the CA is checked first, then the token sent; the key stays here', async () => {
  const at = await controller();
  const { stateDir, identity } = await enrolled(at);
  expect(identity).toMatchObject({ systemName: 'web1', controller: at.url });
  expect(await readIdentity(stateDir)).toEqual(identity);
  expect(at.enrolments).toHaveLength(1);
  expect(at.enrolments[0]?.publicKey).not.toBe('');
  expect((await stat(join(stateDir, 'identity/key.pem'))).mode & 0o777).toBe(0o600);
  const key = await readFile(join(stateDir, 'identity/key.pem'), 'utf8');
  expect(JSON.stringify(at.enrolments)).not.toContain(key.split('\n')[1]);
});

test('a controller with another CA never sees the token', async () => {
  const at = await controller();
  const other = await controller();
  const stateDir = await folder();
  const known = () => Promise.resolve(facts);
  const attempt = enroll({ controller: at.url, token: other.token, stateDir, facts: known });
  await expect(attempt).rejects.toMatchObject({ code: 'ca-mismatch' });
  expect(at.enrolments).toEqual([]);
  expect(await readIdentity(stateDir)).toBeUndefined();
});

test('nonsense and silence have their own errors', async () => {
  const stateDir = await folder();
  const known = () => Promise.resolve(facts);
  const fingerprint = createHash('sha256').update('').digest('base64url');
  const token = `rsl1.tok_aaaaaaaaaaaaaaaaaaaa.${'a'.repeat(43)}.${fingerprint}`;
  const url = 'https://127.0.0.1:9';
  await expect(
    enroll({ controller: url, token: 'x', stateDir, facts: known }),
  ).rejects.toMatchObject({ code: 'token-invalid' });
  await expect(enroll({ controller: url, token, stateDir, facts: known })).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test('frames both ways; a lost connection is opened again', async () => {
  const at = await controller();
  const { seen, session } = await link(at, await enrolled(at));
  await vi.waitFor(() => expect(seen.opened).toBe(1));
  at.send({ type: 'facts-request', request: 'r1' });
  await vi.waitFor(() => expect(seen.frames).toEqual([{ type: 'facts-request', request: 'r1' }]));
  session()?.send({ type: 'facts', facts, request: 'r1' });
  await vi.waitFor(() => expect(at.frames.at(-1)).toMatchObject({ type: 'facts', request: 'r1' }));
  at.drop();
  await vi.waitFor(() => expect(seen).toMatchObject({ opened: 2, closed: 1 }));
  session()?.close();
  await vi.waitFor(() => expect(seen).toMatchObject({ opened: 3, closed: 2 }));
});

test('a peer that died without a word is noticed', async () => {
  const at = await controller();
  const { seen } = await link(at, await enrolled(at), { patience: 50 });
  await vi.waitFor(() => expect(seen.opened).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(seen.closed).toBe(0);
  at.freeze();
  await vi.waitFor(() => expect(seen.closed).toBe(1));
  expect(seen.log.join()).toContain('the controller is silent');
});

test('another CA, or a key that it does not know: no session', async () => {
  const at = await controller();
  const { stateDir, identity } = await enrolled(at);
  const { caPem } = (await controller()).trust;
  const impostor = await link(at, { stateDir, identity: { ...identity, caPem } });
  await vi.waitFor(() => expect(impostor.seen.log.join()).toMatch(/certificate/));

  const stranger = await link(at, { stateDir: await folder(), identity });
  await vi.waitFor(() => expect(stranger.seen.log.join()).toContain('refused: who are you?'));
  expect(impostor.seen.opened + stranger.seen.opened).toBe(0);
});

test('an abort ends it at once, connected or not', async () => {
  const at = await controller();
  const known = await enrolled(at);
  const connected = await link(at, known);
  await vi.waitFor(() => expect(connected.seen.opened).toBe(1));
  connected.stop();
  await connected.running;
  await at.stop();
  const waiting = await link(at, known, {
    backoff: { next: () => 60_000, reset: () => undefined },
  });
  await vi.waitFor(() => expect(waiting.seen.log).toHaveLength(1));
  waiting.stop();
  await waiting.running;
});
