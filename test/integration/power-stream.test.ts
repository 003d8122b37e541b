/** The results of `resole power`, over a connection that ends when it likes. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PowerRequest } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { actOnPower } from '../../packages/controller/src/cli/power/stream.ts';
import { openTrust } from '../../packages/controller/src/trust/trust.ts';

test('a controller that dies in the middle is told as unreachable, after what it said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-stream-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { serverKeyPem: key, serverCertPem: cert, caPem } = await openTrust(folder, { names: [] });
  const server = createServer({ key, cert }, (request, response) => {
    response.writeHead(200);
    response.write('{"name":"web1"}\n', () => setTimeout(() => request.socket.destroy(), 100));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const access = { url: `https://127.0.0.1:${port}`, token: 'token', ca: caPem };
  const body: PowerRequest = { action: 'status', systems: ['web1', 'web2'] };
  const told: unknown[] = [];
  const work = actOnPower(
    access,
    body,
    (result) => told.push(result),
    new AbortController().signal,
  );
  await expect(work).rejects.toMatchObject({
    code: 'unreachable',
    remedy: 'what was ordered may go on: look with `resole power status`',
  });
  expect(told).toEqual([{ name: 'web1' }]);
});
