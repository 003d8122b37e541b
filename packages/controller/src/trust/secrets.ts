/** Secrets that have to be told again (passwords of BMCs), encrypted where they are kept. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ResoleError } from '@resole/protocol';
import { openSecret } from './keys.ts';

export interface Secrets {
  seal(text: string): string;
  /** @throws ResoleError `secret-unreadable` where it was sealed by another key, or altered. */
  open(sealed: string): string;
}

const PREFIX = 'sealed.v1.';
const ALGORITHM = 'aes-256-gcm';
/** Bytes: NIST SP 800-38D's own lengths. */
const NONCE = 12;
const TAG = 16;

/** @param keyFile 32 random bytes, made where it isn't there; mode 0600. */
export const openSecrets = async (keyFile: string): Promise<Secrets> =>
  secretsOf(await openSecret(keyFile));

export const secretsOf = (key: Buffer): Secrets => ({
  seal: (text) => {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  },
  open: (sealed) => {
    try {
      if (!sealed.startsWith(PREFIX)) throw new Error('not sealed');
      const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const body = bytes.subarray(NONCE + TAG);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new ResoleError('secret-unreadable', 'a stored password cannot be decrypted', {
        remedy:
          'restore trust/secrets.key in the data folder, or give the password again: `resole system edit SYSTEM --power-password-file FILE`',
        cause,
      });
    }
  },
});
