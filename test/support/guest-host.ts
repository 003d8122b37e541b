/** A host of guests: the agent's loop beside a libvirt of its own, linked to a controller's link. */
import { createPublicKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '@resole/protocol';
import { type Run, run } from '../../packages/agent/src/exec.ts';
import { guestOrders } from '../../packages/agent/src/guest-orders.ts';
import { ownKey, publicKeyOf } from '../../packages/agent/src/identity.ts';
import { openJournal } from '../../packages/agent/src/journal.ts';
import { AgentLoop } from '../../packages/agent/src/loop.ts';
import { loggingExecutors } from '../../packages/agent/src/testing/agent.ts';
import { facts } from '../../packages/agent/src/testing/facts.ts';
import { webSocketTransport } from '../../packages/agent/src/transport/ws.ts';
import { systemClock } from '../../packages/agent/src/world.ts';
import { LinkServer } from '../../packages/controller/src/link/server.ts';
import { openTrust } from '../../packages/controller/src/trust/trust.ts';

const agent = 'agt_aaaaaaaaaaaaaaaaaaaa';
const system = 'sys_aaaaaaaaaaaaaaaaaaaa';
const never = () => Promise.reject(new Error('not in this test'));

/** @param uri of the libvirt that stands for the host's `qemu:///system`. */
export const startGuestHost = async (uri: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-guests-'));
  const key = await ownKey(folder);
  const trust = await openTrust(join(folder, 'trust'), { names: [] });
  const server = createServer({ key: trust.serverKeyPem, cert: trust.serverCertPem });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { promise: ready, resolve: opened } = Promise.withResolvers<void>();
  const link = new LinkServer(
    {
      agent: async () => ({ id: agent, publicKey: publicKeyOf(key), revoked: false }) as Agent,
      connected: async () => {},
      left: async () => {},
      facts: async () => {},
      event: never,
      progress: never,
      sign: (text) => sign(null, Buffer.from(text), trust.jobKey).toString('base64url'),
      log: () => {},
      now: () => new Date(),
    },
    () => opened(),
  );
  link.attach(server);

  const said: string[] = [];
  const log = (_: string, line: string) => void said.push(line);
  const here: Run = (command, args, options) =>
    run(
      command,
      args.map((word) => (word === 'qemu:///system' ? uri : word)),
      options,
    );
  const journal = await openJournal(folder);
  const self = { agent, system, jobKey: createPublicKey(trust.jobKey) };
  const loop = new AgentLoop({
    self,
    journal,
    executors: loggingExecutors(never, never),
    bootId: 'boot-1',
    clock: systemClock,
    log,
    recent: () => ({ startedAt: '2026-01-01T00:00:00Z', lines: [] }),
    facts: () => Promise.resolve(facts),
    guestOrder: guestOrders({ self, journal, run: here, log }),
    context: () => {
      throw new Error('not in this test');
    },
  });
  const end = new AbortController();
  const { port } = server.address() as AddressInfo;
  const transport = webSocketTransport({
    controller: `https://127.0.0.1:${port}`,
    caPem: trust.caPem,
    key,
    agent,
    bootId: 'boot-1',
    clock: systemClock,
    log,
  });
  const running = loop.run(transport, end.signal);
  await ready;
  return {
    agent,
    link,
    /** What the agent has said. */
    said,
    /** The agent goes; the controller stays. */
    leave: async () => {
      end.abort();
      await running;
      while (link.isOnline(agent)) await sleep(10);
    },
    stop: async () => {
      end.abort();
      await running;
      link.close();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
