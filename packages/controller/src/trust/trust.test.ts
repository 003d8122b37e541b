import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTrust } from './trust.ts';

const dataFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-trust-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
const names = ['controller.example', '192.0.2.7', '2001:db8::7'];

test('the first start makes everything, readable by the owner only', async () => {
  const dataDir = await dataFolder();
  const trust = await openTrust(dataDir, { names });
  const folder = join(dataDir, 'trust');
  const modes = await Promise.all(
    (await readdir(folder)).sort().map(async (name) => {
      const { mode } = await stat(join(folder, name));
      return `${(mode & 0o777).toString(8)} ${name}`;
    }),
  );
  expect(modes).toEqual([
    '600 admin-token',
    '600 admin-token.sha256',
    '600 ca.key',
    '600 ca.pem',
    '600 job.key',
    '600 secret',
    '600 secrets.key',
    '600 server.key',
    '600 server.pem',
  ]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(trust.isNew).toBe(true);
  expect(trust.caFingerprint).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(trust.secret).toHaveLength(32);
  expect(trust.jobKey.asymmetricKeyType).toBe('ed25519');
  expect(new X509Certificate(trust.serverCertPem).subjectAltName).toBe(
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:controller.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7',
  );
});

test('a second start changes nothing', async () => {
  const dataDir = await dataFolder();
  const {
    verifyAdmin: _,
    isNew: __,
    jobKey: ___,
    secrets: ____,
    ...first
  } = await openTrust(dataDir, { names });
  const second = await openTrust(dataDir, { names });
  expect(second).toMatchObject(first);
  expect(second.isNew).toBe(false);
});

test('a TLS client that knows the CA accepts the server by each of its names', async () => {
  const trust = await openTrust(await dataFolder(), { names });
  const server = createServer({ key: trust.serverKeyPem, cert: trust.serverCertPem }, (_, reply) =>
    reply.end('hello'),
  ).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { checkServerIdentity } = await import('node:tls');
  for (const name of [...names, 'localhost', '127.0.0.1']) {
    const request = get({
      host: '127.0.0.1',
      port,
      ca: trust.caPem,
      agent: false,
      checkServerIdentity: (_, peer) => checkServerIdentity(name, peer),
    });
    const [reply] = await once(request, 'response');
    expect(reply.statusCode).toBe(200);
    reply.resume();
  }
  const other = await openTrust(await dataFolder(), { names });
  const request = get({ host: '127.0.0.1', port, ca: other.caPem, agent: false });
  await expect(once(request, 'response')).rejects.toThrow(/certificate/);
});

test('the server certificate is reissued when names change and near its end, under the same CA', async () => {
  const dataDir = await dataFolder();
  const first = await openTrust(dataDir, { names });
  const renamed = await openTrust(dataDir, { names: ['other.example'] });
  expect(renamed.serverCertPem).not.toBe(first.serverCertPem);
  const late = new Date(Date.now() + 380 * 24 * 60 * 60 * 1000);
  const renewed = await openTrust(dataDir, { names: ['other.example'], now: late });
  expect(renewed.serverCertPem).not.toBe(renamed.serverCertPem);
  expect(renewed.caPem).toBe(first.caPem);
  expect(new X509Certificate(renewed.serverCertPem).validToDate > late).toBe(true);
});

test('the admin token is verified by its hash; its clear text may be removed', async () => {
  const dataDir = await dataFolder();
  const { adminTokenFile } = await openTrust(dataDir, { names });
  const token = (await readFile(adminTokenFile, 'utf8')).trim();
  await rm(adminTokenFile);
  const trust = await openTrust(dataDir, { names });
  expect([trust.verifyAdmin(token), trust.verifyAdmin(`${token}x`), trust.verifyAdmin('')]).toEqual(
    [true, false, false],
  );
});

test('a lost or damaged key is an error that names the file, never a new identity', async () => {
  const dataDir = await dataFolder();
  await openTrust(dataDir, { names });
  const key = join(dataDir, 'trust', 'ca.key');
  await writeFile(key, 'rubbish');
  await expect(openTrust(dataDir, { names })).rejects.toThrow(`${key} is damaged`);
  await rm(key);
  await expect(openTrust(dataDir, { names })).rejects.toThrow(`${key} is damaged`);
});
