/** Programs that speak to power systems: arguments as arrays, secrets by a file without a name. */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { execa } from 'execa';
import type { PowerIo } from './driver.ts';

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Ended by us, since it took too long. */
  timedOut: boolean;
}

export interface ProgramOptions {
  timeoutSeconds: number;
  /** Debian's package, for the remedy where the program is missing. */
  package: string;
  input?: string;
  /** Its home folder; default: the controller's own. */
  home?: string;
}

/**
 * Runs a program to its end; a code that isn't 0 is the caller's to understand. Its messages are
 * English.
 * @throws ResoleError `program-missing`; the signal's reason.
 */
export const runProgram = async (
  command: string,
  args: readonly string[],
  { signal }: PowerIo,
  options: ProgramOptions,
): Promise<Ran> => {
  const { input, home } = options;
  const result = await execa(command, args, {
    reject: false,
    cancelSignal: signal,
    timeout: options.timeoutSeconds * 1000,
    forceKillAfterDelay: 1000,
    maxBuffer: 1024 * 1024,
    env: { LC_ALL: 'C.UTF-8', ...(home === undefined ? {} : { HOME: home }) },
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  signal.throwIfAborted();
  if (result.code === 'ENOENT') {
    throw new ResoleError('program-missing', `${command} is not installed on the controller`, {
      remedy: `apt-get install ${options.package}`,
    });
  }
  return {
    exitCode: result.exitCode ?? -1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    timedOut: result.timedOut,
  };
};

/** In memory where the system has such a place. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * Lets `use` hand a secret to a program by the path of a file: mode 0600, and without a name before
 * the program starts, so that neither arguments nor environment nor folders show it.
 */
export const withSecret = async <Result>(
  secret: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> => {
  const path = join(folder, `resole-${randomUUID()}`);
  const file = await open(path, 'wx', 0o600);
  try {
    await rm(path);
    await file.write(`${secret}\n`);
    // Through this process's own table of files (proc(5)): the kernel lets the same user only.
    return await use(`/proc/${process.pid}/fd/${file.fd}`);
  } finally {
    await file.close();
  }
};
