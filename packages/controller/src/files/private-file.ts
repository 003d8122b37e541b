/** Small files that only the controller's user may read: keys, tokens, the CLI's local access. */
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ResoleError } from '@resole/protocol';

/** Makes a folder that only its owner can enter; one that is already there is tightened. */
export async function privateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  } catch (cause) {
    throw new ResoleError('file-unwritable', `cannot make the folder ${path}: ${reason(cause)}`, {
      remedy: 'run as a user who may write there, or choose another folder: --data-dir FOLDER',
      cause,
    });
  }
}

/**
 * Writes a file of mode 0600. After a crash or power cut there is the old content or the new one,
 * never a part: temporary file, fsync, rename, fsync of the folder.
 */
export async function writePrivate(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The file's bytes, or undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ResoleError('file-unreadable', `cannot read ${path}: ${reason(cause)}`, {
      remedy: 'run as the user that owns the file (the one that runs "resole serve")',
      cause,
    });
  }
}

const reason = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);
