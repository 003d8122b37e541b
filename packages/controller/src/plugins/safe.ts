/** Who could put a program there: whoever can write to it, or to a folder on the way to it. */
import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

/**
 * Why a file may not be run, or undefined where it may: it and every folder above it belong to root
 * or to the controller's user and others can't write there (in a folder with the sticky bit, like
 * /tmp, nobody can replace what isn't his). Links are followed first.
 */
export const whyUnsafe = async (path: string, uid: number): Promise<string | undefined> => {
  let at = await realpath(path);
  for (let isFile = true; ; isFile = false) {
    const problem = problemOf(at, await stat(at), uid, isFile);
    if (problem !== undefined) return problem;
    if (dirname(at) === at) return undefined;
    at = dirname(at);
  }
};

const problemOf = (path: string, stats: Stats, uid: number, isFile: boolean) => {
  if (stats.uid !== 0 && stats.uid !== uid) {
    return `${path} belongs to user ${stats.uid}; run: chown ${uid} '${path}'`;
  }
  if ((stats.mode & WORLD_WRITABLE) === 0) return undefined;
  if (!isFile && (stats.mode & STICKY) !== 0) return undefined;
  return `${path} can be written by everybody; run: chmod o-w '${path}'`;
};
