import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Problem } from './problem.ts';

/** What a checker is told of the text. */
export interface Checked {
  text: string;
  /** Of the distro, as in `9.4`; some languages differ by version. */
  version: string;
}

/** Checks rendered texts of one kind. */
export interface Checker {
  /** As people know it: `xmllint`, `JSON parser`. */
  name: string;
  /** The program that it needs, and the Debian package that has it. */
  program?: { command: string; package: string };
  check(checked: Checked): Problem[] | Promise<Problem[]>;
}

/** Where programs are looked for. Fixed: a caller's PATH often lacks the sbin folders. */
export const programPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Seconds that a checking program may take. */
const LIMIT_SECONDS = 60;

/** Runs a program; what it writes is all that counts. */
export const say = async (
  command: string,
  args: readonly string[],
  { input, env }: { input?: string; env?: Record<string, string> } = {},
): Promise<{ failed: boolean; said: string }> => {
  const { exitCode, all } = await execa(command, args, {
    all: true,
    reject: false,
    timeout: LIMIT_SECONDS * 1000,
    env: { LC_ALL: 'C.UTF-8', PATH: programPath, ...env },
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  return { failed: exitCode !== 0, said: (all ?? '').trim() };
};

/** A folder that only the controller's user can enter, as long as it is used. */
export const withFolder = async <Result>(
  use: (folder: string) => Promise<Result>,
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-lint-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Every line that a pattern with a group `line` and a group `problem` finds. */
export const problemsIn = (said: string, pattern: RegExp): Problem[] =>
  [...said.matchAll(pattern)].map(({ groups = {} }) => ({
    ...(groups.line === undefined ? {} : { line: Number(groups.line) }),
    problem: (groups.problem ?? '').trim(),
  }));
