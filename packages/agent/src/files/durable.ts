/** Files that survive a power cut: what was resolved is on the disk. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file as a whole: temporary sibling, fsync, rename, fsync of the folder. A reader sees
 * the old text or the new, never a part.
 */
export async function writeDurably(path: string, data: string | Uint8Array, mode = 0o600) {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/**
 * Writes over an existing file's bytes without replacing the file itself, so that its owner, mode,
 * labels and the symbolic link that may lead to it stay what they are.
 */
export async function overwriteDurably(path: string, data: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(data.length);
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
