/** A live feed of real jobs on a listener of its own, for tests. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../jobs/clock.ts';
import { testRunner } from '../jobs/testing.ts';
import { memoryStore } from '../store/memory.ts';
import { openTrust } from '../trust/trust.ts';
import { openFeed } from './socket.ts';

export const listeningFeed = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-feed-'));
  const trust = await openTrust(folder, { names: ['127.0.0.1'] });
  const store = memoryStore();
  const server = createServer({ key: trust.serverKeyPem, cert: trust.serverCertPem });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const feed = openFeed(server, {
    verifyAdmin: (token) => token === 'right',
    job: (id) => store.jobs.get(id),
  });
  const runner = testRunner({
    jobs: store.jobs,
    clock: systemClock,
    feed,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await runner.close();
    await feed.close();
    server.close();
    await rm(folder, { recursive: true });
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ store, feed, runner },
    access: { url, token: 'right', ca: trust.caPem },
    connections: () => sockets.size,
    /** As when the network breaks: nobody says goodbye. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};
