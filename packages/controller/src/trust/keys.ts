/** Private keys and secrets on disk: read where they are, made where they aren't. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { ResoleError } from '@resole/protocol';
import { readIfThere, writePrivate } from '../files/private-file.ts';

/** An EC P-256 (TLS) or Ed25519 (jobs) private key, PKCS#8 PEM in the file. */
export async function openKey(path: string, kind: 'p256' | 'ed25519'): Promise<KeyObject> {
  const pem = await readIfThere(path);
  if (pem !== undefined) {
    try {
      return createPrivateKey(pem);
    } catch (cause) {
      throw damaged(path, cause);
    }
  }
  const { privateKey } =
    kind === 'p256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  await writePrivate(path, keyPem(privateKey));
  return privateKey;
}

export const keyPem = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** 32 random bytes, base64url in the file. */
export async function openSecret(path: string): Promise<Buffer> {
  const text = await readIfThere(path);
  if (text !== undefined) {
    const secret = Buffer.from(text.toString().trim(), 'base64url');
    if (secret.length !== 32) throw damaged(path);
    return secret;
  }
  const secret = randomBytes(32);
  await writePrivate(path, `${secret.toString('base64url')}\n`);
  return secret;
}

export const damaged = (path: string, cause?: unknown): ResoleError =>
  new ResoleError('file-unreadable', `${path} is damaged`, {
    remedy: 'restore the folder "trust" from a backup: enrolled agents know only these keys',
    cause,
  });
