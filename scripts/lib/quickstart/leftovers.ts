/**
 * What a run of quickstart has started, noted on disk as soon as it is there: whoever comes next can
 * end it, whatever became of the run.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Leftovers {
  pids: number[];
  /** Of virtual machines, in the temporary folder. */
  folders: string[];
}

const none: Leftovers = { pids: [], folders: [] };

/** Adds to the notes in a file, which must be in a folder that is there; durable when it returns. */
export const note = (file: string, { pid, folder }: { pid?: number; folder?: string }): void => {
  const { pids, folders } = parsed(readIfThere(file));
  const next: Leftovers = {
    pids: pid === undefined ? pids : [...new Set([...pids, pid])],
    folders: folder === undefined ? folders : [...new Set([...folders, folder])],
  };
  writeFileSync(`${file}.new`, JSON.stringify(next));
  renameSync(`${file}.new`, file);
};

/**
 * Ends all that the file notes, and removes it.
 * @param patienceMs after which a process that was asked to end is killed
 * @returns whether there was anything
 */
export const endLeftovers = async (file: string, patienceMs = 10_000): Promise<boolean> => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const { pids, folders } = parsed(text);
  await Promise.all(pids.map((pid) => end(pid, patienceMs)));
  for (const folder of folders) {
    // The notes name it; it is removed only where it can be nothing else.
    const isOurs = dirname(folder) === tmpdir() && basename(folder).startsWith('resole-vm-');
    if (isOurs) await rm(folder, { recursive: true, force: true });
  }
  await rm(file);
  return true;
};

const parsed = (text: string | undefined): Leftovers =>
  text === undefined ? none : { ...none, ...(JSON.parse(text) as Partial<Leftovers>) };

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** Whether a process is there and one of ours: a number may have gone to another one meanwhile. */
const isOurs = async (pid: number): Promise<boolean> => {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /resole|qemu/.test(command);
};

const end = async (pid: number, patienceMs: number): Promise<void> => {
  if (await isOurs(pid)) process.kill(pid, 'SIGTERM');
  const begun = performance.now();
  while ((await isOurs(pid)) && performance.now() - begun < patienceMs) await sleep(50);
  if (await isOurs(pid)) process.kill(pid, 'SIGKILL');
};
