import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSecrets } from './secrets.ts';

const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'resole-secrets-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
};

test('what is sealed is opened again after a restart, and shows nothing', async () => {
  const file = join(await folder(), 'secrets.key');
  const first = await openSecrets(file);
  const sealed = first.seal('s3cret pässword');
  expect(sealed).toMatch(/^sealed\.v1\.[\w-]+$/);
  expect(first.seal('s3cret pässword')).not.toBe(sealed);
  expect((await openSecrets(file)).open(sealed)).toBe('s3cret pässword');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('another key, an altered text and clear text are refused', async () => {
  const where = await folder();
  const secrets = await openSecrets(join(where, 'a'));
  const other = await openSecrets(join(where, 'b'));
  const sealed = secrets.seal('x');
  const altered = `${sealed.slice(0, -2)}${sealed.at(-2) === 'A' ? 'B' : 'A'}${sealed.at(-1)}`;
  for (const open of [
    () => other.open(sealed),
    () => secrets.open(altered),
    () => secrets.open('clear'),
  ]) {
    expect(open).toThrow(expect.objectContaining({ code: 'secret-unreadable' }));
  }
});
