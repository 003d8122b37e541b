/** Files that survive a power cut: what was resolved is on the disk. */
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file as a whole: temporary sibling, fsync, rename, fsync of the folder. A reader sees
 * the old text or the new, never a part.
 */
export async function writeDurably(path: string, data: string | Uint8Array, mode = 0o600) {
  await replace(path, data, mode, async () => {});
}

/** The same for a file that is there, whose owner and mode the new one gets. Links are not followed. */
export async function replaceDurably(path: string, data: Uint8Array): Promise<void> {
  const { mode, uid, gid } = await stat(path);
  await replace(path, data, mode & 0o7777, async (file) => {
    // FAT has neither, which is no loss.
    await file.chown(uid, gid).catch(unlessRefused);
    await file.chmod(mode & 0o7777).catch(unlessRefused);
  });
}

/** What stands beside a file while it is replaced, and stays there where that is interrupted. */
export const temporaryOf = (path: string): string => `${path}.new`;

async function replace(
  path: string,
  data: string | Uint8Array,
  mode: number,
  prepare: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = temporaryOf(path);
  const file = await open(temporary, 'w', mode);
  try {
    await prepare(file);
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

const unlessRefused = (error: unknown): void => {
  if (!isCode(error, 'EPERM')) throw error;
};

/**
 * Writes over the bytes of a file that has as many, without replacing the file itself: GRUB writes
 * to the blocks of its environment.
 */
export async function overwriteDurably(path: string, data: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(data, 0, data.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes names in a folder durable. Some file systems (FAT) can't sync a folder: nothing is lost. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!isCode(error, 'EINVAL')) throw error;
  } finally {
    await folder.close();
  }
}

export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  await mkdir(path, { recursive: true, mode });
}

/** The file's bytes, or undefined where there is no such file. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Deletes a file or a whole folder, durably; what isn't there is fine. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await syncFolder(dirname(path)).catch((error) => {
    if (!isCode(error, 'ENOENT')) throw error;
  });
}

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
