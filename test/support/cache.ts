/** Built things (root file systems, disks, keys) that are kept from one run to the next. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeTree } from '../../packages/controller/src/build/debian.ts';
import { withLock } from './lock.ts';

/** Top folder of the repository, without a trailing slash. */
export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where built things are kept; RESOLE_CACHE puts it elsewhere. */
export const cacheFolder = process.env.RESOLE_CACHE ?? join(repository, '.cache/machines');

/**
 * The folder with what `build` made from exactly these inputs: built now when it is not there yet,
 * by one process only, and seen by others only when it is complete.
 * @param name what it is, as in `old-os`; part of the folder's name
 * @param inputs everything that the result depends on, as JSON values
 * @param build fills the empty folder that it is given
 */
export async function cached(
  name: string,
  inputs: unknown,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 12);
  const place = join(cacheFolder, `${name}-${key}`);
  if (await isThere(place)) return place;
  await withLock(`${place}.lock`, async () => {
    if (await isThere(place)) return;
    await mkdir(cacheFolder, { recursive: true });
    const work = await mkdtemp(join(cacheFolder, `.${name}-`));
    try {
      await build(work);
      await rename(work, place);
    } catch (error) {
      await removeTree(work);
      throw error;
    }
  });
  return place;
}

/** SHA-256 of a file in hexadecimal: an input for `cached`. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
