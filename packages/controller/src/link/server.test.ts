/** The agents' link as agents meet it: over TLS, with real WebSockets and real keys. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Agent,
  helloProof,
  LINK_PATH,
  PROTOCOL_VERSION,
  parseToAgent,
  ResoleError,
  type ToAgent,
} from '@resole/protocol';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { newId, stamped } from '../store/stored.ts';
import { openTrust, type Trust } from '../trust/trust.ts';
import { LinkServer } from './server.ts';

let trust: Trust;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-link-'));
  trust = await openTrust(folder, { names: ['127.0.0.1'] });
  return () => rm(folder, { recursive: true, force: true });
});

const makeAgent = (changes: Partial<Agent> = {}): { agent: Agent; key: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64url');
  const fields = { id: newId('agt'), system: newId('sys'), publicKey: spki, revoked: false };
  return { agent: { ...stamped(fields, new Date(0)), ...changes }, key: privateKey };
};

const listening = async (...agents: Agent[]) => {
  const told: string[] = [];
  const link = new LinkServer(
    {
      agent: async (id) => agents.find((agent) => agent.id === id),
      connected: async ({ id }, version, bootId) => void told.push(`${id} ${version} ${bootId}`),
      left: async (id) => void told.push(`${id} left`),
      facts: async () => undefined,
      event: async (_, { job, attempt, sequence }) => ({
        ...{ type: 'event-ack', job, attempt, sequence, proceed: true },
      }),
      progress: async () => undefined,
      sign: () => '',
      log: () => undefined,
      now: () => new Date(0),
    },
    () => undefined,
  );
  const server = createServer({ key: trust.serverKeyPem, cert: trust.serverCertPem });
  link.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    link.close();
    server.close();
  });
  const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}${LINK_PATH}`;
  return { link, told, url };
};

interface Answer {
  nonce: string;
  bootId: string;
}

/** Answers the challenge, and hears what comes until the connection ends or the agent is welcome. */
const greet = async (
  url: string,
  agent: string,
  key: KeyObject,
  change: (answer: Answer) => Answer = (answer) => answer,
) => {
  const socket = new WebSocket(url, { ca: trust.caPem });
  onTestFinished(() => socket.terminate());
  const heard: ToAgent[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  socket.on('message', (data) => {
    const frame = parseToAgent(String(data));
    if (!frame) return;
    heard.push(frame);
    if (frame.type === 'welcome') resolve();
    if (frame.type !== 'challenge') return;
    const { nonce, bootId } = change({ nonce: frame.nonce, bootId: 'boot-1' });
    const signature = sign(null, Buffer.from(helloProof(nonce, agent, bootId)), key);
    const proof = { bootId: 'boot-1', signature: signature.toString('base64url') };
    const hello = { type: 'hello', protocol: PROTOCOL_VERSION, agent, version: '1.2.3', ...proof };
    socket.send(JSON.stringify(hello));
  });
  await promise;
  const ends = heard.map((frame) => (frame.type === 'refused' ? frame.error.code : frame.type));
  return { socket, ends };
};

test('an agent that proves its key is connected until it leaves', async () => {
  const { agent, key } = makeAgent();
  const { link, told, url } = await listening(agent);
  const { socket, ends } = await greet(url, agent.id, key);
  expect(ends).toEqual(['challenge', 'welcome']);
  expect(link.isOnline(agent.id)).toBe(true);
  socket.close();
  await vi.waitFor(() => expect(told).toEqual([`${agent.id} 1.2.3 boot-1`, `${agent.id} left`]));
  expect(link.isOnline(agent.id)).toBe(false);
});

test('a revoked agent is told so, and only if it is the agent', async () => {
  const { agent, key } = makeAgent({ revoked: true });
  const { link, told, url } = await listening(agent);
  expect((await greet(url, agent.id, key)).ends).toEqual(['challenge', 'agent-revoked']);
  expect((await greet(url, agent.id, makeAgent().key)).ends).toEqual(['challenge', 'unauthorized']);
  expect([link.isOnline(agent.id), told]).toEqual([false, []]);
});

test.each([
  ['of another key', makeAgent().key, undefined],
  ["of another connection's challenge", undefined, (each: Answer) => ({ ...each, nonce: 'n' })],
  ['of another boot', undefined, (each: Answer) => ({ ...each, bootId: 'boot-0' })],
] as const)('a signature %s opens nothing', async (_, otherKey, change) => {
  const { agent, key } = makeAgent();
  const { link, told, url } = await listening(agent);
  const { ends } = await greet(url, agent.id, otherKey ?? key, change);
  expect(ends).toEqual(['challenge', 'unauthorized']);
  expect([link.isOnline(agent.id), told]).toEqual([false, []]);
});

test('an agent that nobody knows gets the answer of a false one', async () => {
  const { key } = makeAgent();
  const { url } = await listening();
  expect((await greet(url, newId('agt'), key)).ends).toEqual(['challenge', 'unauthorized']);
});

test('the newer connection of an agent is the one that counts, and dropping ends it', async () => {
  const { agent, key } = makeAgent();
  const { link, told, url } = await listening(agent);
  const first = await greet(url, agent.id, key);
  const second = await greet(url, agent.id, key);
  await once(first.socket, 'close');
  expect([link.isOnline(agent.id), told.length]).toEqual([true, 2]);
  link.drop(agent.id, new ResoleError('agent-revoked', 'gone'));
  await once(second.socket, 'close');
  await vi.waitFor(() => expect(told.at(-1)).toBe(`${agent.id} left`));
});
