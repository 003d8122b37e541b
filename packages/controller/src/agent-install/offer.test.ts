import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signManifest } from './manifest.ts';
import { readOffer, sha256sums } from './offer.ts';
import { installScript } from './script.ts';

const sum = (digit: string) => digit.repeat(64);

const offered = async (manifest: unknown) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-offer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'resole-agent.service'), '[Unit]\n');
  return { folder, offer: await readOffer(folder) };
};

const manifest = {
  version: '1.2.3',
  files: { x86_64: { size: 7, sha256: sum('a'), source: sum('0') } },
  bundle: { size: 3, sha256: sum('b'), source: sum('0') },
  packages: [
    {
      ...{ name: 'resole-agent_1.2.3_amd64.deb', format: 'deb', arch: 'x86_64' },
      ...{ size: 5, sha256: sum('c'), source: sum('0') },
    },
  ],
};

test('what package-agent made is offered, and nothing else of the folder', async () => {
  const { folder, offer } = await offered(manifest);
  expect(sha256sums(offer)).toMatchInlineSnapshot(`
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  resole-agent-x86_64
    cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc  resole-agent_1.2.3_amd64.deb
    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  resole-agent.cjs
    ae6c63cff33bcfa3b6a2d6d0c9dd19521dedaa351146b1a642d2bfc9cf5a1e1f  resole-agent.service
    "
  `);
  expect(offer.path('resole-agent-x86_64.gz')).toBe(join(folder, 'resole-agent-x86_64.gz'));
  for (const name of ['manifest.json', 'resole-agent-x86_64', '../manifest.json', 'constructor']) {
    expect(offer.path(name)).toBe(undefined);
  }
});

test('the signature is over the text as it is sent', async () => {
  const { offer } = await offered(manifest);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { manifest: text, signature } = signManifest(offer, privateKey);
  const bytes = Buffer.from(`resole-agent-manifest:v1\n${text}`);
  expect(verify(null, bytes, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(JSON.parse(text).files['resole-agent-x86_64']).toEqual({ size: 7, sha256: sum('a') });
});

test('a manifest that an older package-agent made is enough for the executable', async () => {
  const { offer } = await offered({ version: '1.2.3', files: manifest.files });
  expect(Object.keys(offer.files)).toEqual(['resole-agent-x86_64', 'resole-agent.service']);
});

test('a folder that is none', async () => {
  await expect(readOffer('/nonexistent')).rejects.toMatchObject({ code: 'artefact-missing' });
});

test('no address gets out of its quotes', async () => {
  const script = await installScript("https://c.example/'; reboot; '");
  expect(script).toContain("controller='https://c.example/%27; reboot; %27'");
});
