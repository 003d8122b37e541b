/** An agent waits nearly all its life: what it needed to do something is given back afterwards. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Log } from './ports.ts';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** How long nothing must have happened. */
const QUIET_MS = 20_000;
/** Of the program's file, what the next heartbeats need anyway; bytes. */
const KEPT_BYTES = 12_000_000;

/**
 * @param busy whether a job is under way: then it waits for its end.
 * @returns to be called when something has been done: once all has been quiet, memory is given back.
 * Does not keep the process alive.
 */
export const restingMemory = (busy: () => boolean, log: Log): (() => void) => {
  const rest = async () => {
    if (busy()) return void timer.refresh();
    collect();
    await reclaimFilePages().catch((error) => log('debug', `no memory given back: ${error}`));
  };
  const timer = setTimeout(() => void rest(), QUIET_MS).unref();
  return () => void timer.refresh();
};

/** As V8 does when memory runs out: its heap would else stay as large as starting has made it. */
const collect = () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as Collect;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};

/**
 * Lets the kernel drop what is only a copy of files: two thirds of a resting agent are parts of its
 * own executable that only starting has needed. Works in a control group of its own (a service of
 * systemd, cgroup v2), since Linux 5.19; elsewhere nothing is done.
 *
 * See memory.reclaim in Documentation/admin-guide/cgroup-v2.rst of Linux.
 */
export const reclaimFilePages = async (root = '/'): Promise<void> => {
  const groups = await readFile(join(root, 'proc/self/cgroup'), 'utf8');
  const path = /^0::(\/.+\.service)$/m.exec(groups)?.[1];
  if (path === undefined) return;
  const file = (name: string) => join(root, 'sys/fs/cgroup', path, name);
  const stat = await readFile(file('memory.stat'), 'utf8');
  const bytes = Number(/^file (\d+)$/m.exec(stat)?.[1] ?? 0) - KEPT_BYTES;
  if (bytes <= 0) return;
  // Less than was asked for is EAGAIN, and as good. Before Linux 6.7 there was no swappiness.
  const ask = (text: string) => writeFile(file('memory.reclaim'), text, { flag: 'r+' });
  await ask(`${bytes} swappiness=0`).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EINVAL') return ask(String(bytes));
    throw error;
  });
};
