/** Byte copies of files that a step is going to change, and putting them back. */
import { chmod, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  isCode,
  makeFolder,
  overwriteDurably,
  readIfThere,
  replaceDurably,
  syncFolder,
  writeDurably,
} from '../files/durable.ts';
import type { UndoContext } from '../ports.ts';

/** A file as it was: `copy` is the name of its copy in the undo folder, absent if there was none. */
export const Original = z.object({
  path: z.string(),
  copy: z.string().optional(),
  mode: z.int().optional(),
});
export type Original = z.infer<typeof Original>;

/** Keeps a copy of a file, or the fact that it isn't there. Links are followed to the real file. */
export async function keepOriginal(
  context: UndoContext,
  path: string,
  copy: string,
): Promise<Original> {
  const real = await realpath(path).catch((error) => {
    if (isCode(error, 'ENOENT')) return path;
    throw error;
  });
  const bytes = await readIfThere(real);
  if (bytes === undefined) return { path: real };
  await makeFolder(context.folders.undo);
  await writeDurably(join(context.folders.undo, copy), bytes);
  return { path: real, copy, mode: (await stat(real)).mode & 0o7777 };
}

/** The bytes that were kept, or undefined where there was no file. */
export async function originalBytes(
  context: UndoContext,
  original: Original,
): Promise<Buffer | undefined> {
  if (original.copy === undefined) return undefined;
  return readIfThere(join(context.folders.undo, original.copy));
}

/**
 * Makes a file what it is told to be: these bytes, or absent. Its owner stays, and whoever reads it
 * meanwhile, or after a power cut, sees the old bytes or the new.
 * @param mode its permissions; not settable on FAT, where that is no loss.
 */
export async function putBack(
  path: string,
  bytes: Uint8Array | undefined,
  mode = 0o600,
): Promise<void> {
  const present = await readIfThere(path);
  if (bytes === undefined) {
    if (present === undefined) return;
    await rm(path);
    await syncFolder(dirname(path));
    return;
  }
  if (present === undefined) await writeDurably(path, bytes, mode);
  else if (present.length !== bytes.length) await replaceDurably(path, bytes);
  else if (!present.equals(bytes)) await overwriteDurably(path, bytes);
  await chmod(path, mode).catch((error) => {
    if (!isCode(error, 'EPERM')) throw error;
  });
}
