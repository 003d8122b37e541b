import { randomBytes } from 'node:crypto';
import { closeSync, fsync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ResoleError } from '@resole/protocol';
import type { Adapter } from 'lowdb';

/** Tells a file that was being written from those that are complete. */
export const isTemporary = (file: string): boolean => /^\.new-[0-9a-f]{12}-/.test(file);

const synced = promisify(fsync);

/**
 * Waits for the disk, and for nothing else: opening, writing to the page cache, renaming and closing
 * take microseconds, a turn of Node's thread pool for each of them would take longer than all together.
 */
const writeAndSync = async (path: string, flags: 'r' | 'wx', text?: string): Promise<void> => {
  const file = openSync(path, flags, 0o600);
  try {
    if (text !== undefined) writeFileSync(file, text);
    await synced(file);
  } finally {
    closeSync(file);
  }
};

/** Makes the entries of a folder durable: a rename or removal is on the disk only after this. */
export const syncFolder = (folder: string): Promise<void> => writeAndSync(folder, 'r');

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
      await writeAndSync(temporary, 'wx', `${JSON.stringify(data, null, 2)}\n`);
      renameSync(temporary, this.path);
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
