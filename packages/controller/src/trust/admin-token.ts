/** The token with which people use the API: its hash is kept, the clear text is shown by a file. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readIfThere, writePrivate } from '../files/private-file.ts';

/**
 * Opens or makes the token. The clear text lies in `clearFile` from the first start on; an operator
 * who has put it elsewhere may delete that file, the hash is enough. To get a new token: delete
 * `hashFile` and `clearFile` and start again.
 */
export async function openAdminToken(
  clearFile: string,
  hashFile: string,
): Promise<{ verify(token: string): boolean }> {
  let hash = (await readIfThere(hashFile))?.toString().trim();
  if (hash === undefined) {
    // The clear text comes first: a crash in between leaves a token whose hash is made next time.
    let token = (await readIfThere(clearFile))?.toString().trim();
    if (token === undefined) {
      token = `rsladmin_${randomBytes(32).toString('base64url')}`;
      await writePrivate(clearFile, `${token}\n`);
    }
    hash = sha256(token).toString('hex');
    await writePrivate(hashFile, `${hash}\n`);
  }
  const expected = Buffer.from(hash, 'hex');
  return {
    verify: (token) => {
      const given = sha256(token);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}

// The token is 32 random bytes: a plain hash can't be searched, no salt or stretching needed.
const sha256 = (token: string) => createHash('sha256').update(token).digest();
