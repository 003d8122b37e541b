import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { contextOf } from '../cli/testing.ts';
import { listenerUrls } from './listener-urls.ts';

const { host } = contextOf();
const told = { listen: '127.0.0.1', port: 0, url: undefined };

test('a listener has its address from the moment in which it listens', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  const urls = listenerUrls({ api: told, provision: told }, host, {
    api: () => server,
    provision: () => server,
  });
  const seen = new Promise<object>((resolve) => {
    server.once('listening', () => resolve({ ...urls }));
  });
  server.listen(0, '127.0.0.1');
  const addresses = await seen;
  const { port } = server.address() as AddressInfo;
  expect(addresses).toEqual({
    apiUrl: `https://192.0.2.9:${port}`,
    provisionUrl: `http://192.0.2.9:${port}`,
  });
});

test('what the settings say counts more, and the port that is set is known before', () => {
  const urls = listenerUrls(
    { api: { ...told, url: 'https://resole.example:8443' }, provision: { ...told, port: 8080 } },
    host,
    { api: () => createServer(), provision: () => createServer() },
  );
  expect({ ...urls }).toEqual({
    apiUrl: 'https://resole.example:8443',
    provisionUrl: 'http://192.0.2.9:8080',
  });
});
