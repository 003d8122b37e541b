/** The files that a build leaves, and how they get to their place: whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeTree } from './debian.ts';

/** One finished file. */
export interface BuiltFile {
  path: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

/** What every builder takes on top of its own options. */
export interface BuildControl {
  /** Called when a phase begins, and within it where a fraction (0–1) is known. */
  progress?: ((phase: string, fraction?: number) => void) | undefined;
  /** Aborting ends the build; nothing of it stays. */
  signal?: AbortSignal | undefined;
}

/** Size and checksum of a file. */
export async function describeFile(path: string): Promise<BuiltFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { path, size: (await stat(path)).size, sha256: hash.digest('hex') };
}

/**
 * Gives `build` an empty work folder beside `place` (the same file system, so that finished files
 * can be renamed into place) and removes it afterwards, whatever happened.
 */
export async function withWorkFolder<T>(
  place: string,
  build: (work: string) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(place), { recursive: true });
  const work = await mkdtemp(join(dirname(place), '.build-'));
  try {
    await chmod(work, 0o755); // apt downloads as a user of its own
    return await build(work);
  } finally {
    await removeTree(work);
  }
}

/** Moves a finished file to its place, replacing what is there, and describes it. */
export async function publish(from: string, to: string): Promise<BuiltFile> {
  await rename(from, to);
  return await describeFile(to);
}
