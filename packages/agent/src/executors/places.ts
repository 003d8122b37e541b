/** Where the files of a job lie, and the notes that undoing goes by. */
import { access, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BootFilesystem, type Facts, ResoleError, type StepName } from '@resole/protocol';
import { z } from 'zod';
import { makeFolder, readIfThere, writeDurably } from '../files/durable.ts';
import type { UndoContext } from '../ports.ts';

/** Folder beside the machine's own kernels that holds what a job puts there. */
export const BOOT_FOLDER = 'resole';

/** A path of the machine, below the root that this context has. */
export const at = (context: { root: string }, path: string): string => join(context.root, path);

/** The boot file system, or a refusal where none was found. */
export function bootOf(facts: Facts): BootFilesystem {
  const { boot } = facts.bootLoader;
  if (boot !== undefined) return boot;
  throw new ResoleError(
    'boot-filesystem-missing',
    'no boot file system was found on this machine',
    {
      remedy: 'use kexec: --method kexec',
    },
  );
}

export const bootFolderOf = (boot: BootFilesystem): string => join(boot.directory, BOOT_FOLDER);

/** What fetch-file notes before it puts anything into the boot folder. */
export const BootFolderNote = z.object({ folder: z.string() });

/** A file that a step before this one has fetched: from the staging folder or the boot folder. */
export async function fetched(context: UndoContext, name: 'kernel' | 'initrd'): Promise<string> {
  const note = BootFolderNote.safeParse(await readNote(context, 'fetch-file'));
  const places = [context.folders.staging, ...(note.success ? [note.data.folder] : [])];
  for (const place of places) {
    const path = join(place, name);
    if (await exists(path)) return path;
  }
  throw new ResoleError('internal', `the plan never fetches the ${name}`);
}

/** Path as the bootloader sees it: from the root of the file system that holds it, with slashes. */
export function fromMountPoint(boot: BootFilesystem, path: string): string {
  const below = boot.mountPoint === '/' ? path : path.slice(boot.mountPoint.length);
  if (!path.startsWith(boot.mountPoint) || !below.startsWith('/')) {
    throw new ResoleError('internal', `${path} is not below the mount point ${boot.mountPoint}`);
  }
  return below;
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether there is anything by that name, be it a dangling link. */
export const isTaken = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Writes down, durably, what a step is about to change. */
export async function writeNote(
  context: UndoContext,
  step: StepName,
  note: Record<string, unknown>,
): Promise<void> {
  await makeFolder(context.folders.undo);
  await writeDurably(join(context.folders.undo, `${step}.json`), JSON.stringify(note));
}

/** What a step wrote down, or undefined where it has changed nothing. */
export async function readNote(context: UndoContext, step: StepName): Promise<unknown> {
  const bytes = await readIfThere(join(context.folders.undo, `${step}.json`));
  return bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
}
