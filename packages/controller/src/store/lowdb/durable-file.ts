import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { Adapter } from 'lowdb';

/** Tells a file that was being written from those that are complete. */
export const isTemporary = (file: string): boolean => /^\.new-[0-9a-f]{12}-/.test(file);

/** Makes the entries of a folder durable: a rename or removal is on the disk only after this. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * lowdb adapter for one JSON file that is replaced as a whole: temporary file, fsync, rename, fsync
 * of the folder. After a crash at any point the old or the new content is there, never a mixture.
 */
export class DurableFile<T> implements Adapter<T> {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Reads at once, without a turn of the event loop: a start reads tens of thousands of files. */
  async read(): Promise<T | null> {
    return JSON.parse(readFileSync(this.path, 'utf8')) as T;
  }

  async write(data: T): Promise<void> {
    const folder = dirname(this.path);
    const random = randomBytes(6).toString('hex');
    const temporary = join(folder, `.new-${random}-${basename(this.path)}`);
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(data, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.path);
      await syncFolder(folder);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new ResoleError('store-failed', `cannot write ${this.path}`, {
        cause,
        remedy: 'see whether the disk of the data folder is full or read-only',
      });
    }
  }
}
