/** Texts under their own SHA-256: what was planned with a text keeps it, whoever edits the original. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { syncFolder } from './lowdb/durable-file.ts';

export interface TextStore {
  /** Keeps texts; they are durable when this resolves. */
  keep(texts: readonly string[]): Promise<void>;
  /** @throws ResoleError `store-unreadable` where it is not there, or is another */
  read(sha256: string): Promise<string>;
}

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export const textId = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Texts that are known to be kept, and spare a look at the disk. */
const REMEMBERED = 1000;

/** One file per text in `folder`, which is made at the first. Nothing is ever removed or changed. */
export const folderTexts = (folder: string): TextStore => {
  const memory = new Map<string, string>();
  const remember = (id: string, text: string) => {
    if (memory.size >= REMEMBERED) memory.clear();
    memory.set(id, text);
  };
  const fileOf = (id: string) => join(folder, id);

  const write = async (id: string, text: string): Promise<void> => {
    const temporary = join(folder, `.new-${randomBytes(6).toString('hex')}`);
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, fileOf(id));
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new ResoleError('store-failed', `cannot write ${fileOf(id)}`, {
        cause,
        remedy: 'see whether the disk of the data folder is full or read-only',
      });
    }
  };

  const isThere = async (id: string): Promise<boolean> =>
    memory.has(id) ||
    (await stat(fileOf(id)).then(
      () => true,
      () => false,
    ));

  return {
    keep: async (texts) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      let fresh = 0;
      for (const text of texts) {
        const id = textId(text);
        if (!(await isThere(id))) {
          await write(id, text);
          fresh += 1;
        }
        remember(id, text);
      }
      if (fresh > 0) await syncFolder(folder);
    },
    read: async (id) => {
      const known = memory.get(id);
      if (known !== undefined) return known;
      const text = await readFile(fileOf(id), 'utf8').catch((cause: unknown) => {
        throw new ResoleError('store-unreadable', `${fileOf(id)} cannot be read`, {
          remedy: 'put it back from a copy of the data folder, or start the job anew',
          cause,
        });
      });
      if (textId(text) !== id) {
        throw new ResoleError('store-unreadable', `${fileOf(id)} is not what was written`, {
          remedy: 'put it back from a copy of the data folder, or start the job anew',
        });
      }
      remember(id, text);
      return text;
    },
  };
};
