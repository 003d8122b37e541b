/** One controller per data folder: a lock file with the owner's process, which may have died. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { readIfThere } from './private-file.ts';

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the folder for this process. A lock whose process is gone (kill -9, power cut) is taken
 * over; process ids that were given out again are told apart by their start time.
 * @throws ResoleError `data-dir-in-use` where another process lives on it.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const path = join(folder, 'lock');
  const mine = `${process.pid} ${await startTime(process.pid)} ${randomUUID()}\n`;
  const draft = join(folder, `lock.${process.pid}`);
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await linked(draft, path)) {
        return { release: () => release(path, mine) };
      }
      const held = (await readIfThere(path))?.toString();
      if (held === undefined) continue;
      const pid = await ownerOf(held);
      if (pid !== undefined) throw inUse(folder, pid);
      await discard(path, held);
    }
    throw inUse(folder, undefined);
  } finally {
    await rm(draft, { force: true });
  }
}

const inUse = (folder: string, pid: number | undefined) =>
  new ResoleError(
    'data-dir-in-use',
    `another controller ${pid === undefined ? '' : `(process ${pid}) `}runs on ${folder}`,
    { remedy: 'stop it first, or choose another folder: --data-dir FOLDER' },
  );

/** A hard link to a complete file: made whole or not at all, by one process only. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead owner's lock away, unless someone else has done so and taken the folder. */
async function discard(path: string, dead: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== dead) await linked(aside, path);
  await rm(aside, { force: true });
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readIfThere(path))?.toString() === mine) await rm(path, { force: true });
}

/** The process that holds the lock, where it lives. */
async function ownerOf(content: string): Promise<number | undefined> {
  const [pid, started] = content.trim().split(' ');
  if (!/^\d+$/.test(pid ?? '')) return undefined;
  const now = await startTime(Number(pid));
  return now !== undefined && now === started ? Number(pid) : undefined;
}

/**
 * When the process started, in clock ticks since boot (proc(5), field 22 of stat); undefined where
 * it is gone or a zombie.
 */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field, the program's name in brackets, may contain spaces and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19];
}
