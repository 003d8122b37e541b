/** A machine in a temporary folder, for executors under test. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Facts, ResoleError } from '@resole/protocol';
import { onTestFinished } from 'vitest';
import type { StepContext } from '../ports.ts';
import { systemClock } from '../world.ts';
import { facts as someFacts } from './facts.ts';
import { signedJob } from './job.ts';

/** What a program of the machine does, by its name; the others are not installed. */
export type Programs = Record<
  string,
  (args: readonly string[], input?: string) => string | Promise<string>
>;

export interface Machine {
  root: string;
  context: StepContext;
  /** Every program that was run, with its arguments. */
  ran: string[];
  /** Writes a file below the root. */
  write(path: string, text: string): Promise<void>;
  /** Every file below a folder with its text: what was changed and what was left. */
  tree(path?: string): Promise<Record<string, string>>;
}

export async function machine(
  options: { facts?: (root: string) => Partial<Facts>; programs?: Programs } = {},
): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), 'resole-machine-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const ran: string[] = [];
  const job = signedJob();
  const state = join(root, 'var/lib/resole');
  const context: StepContext = {
    job,
    root,
    folders: { staging: join(state, 'staging', job.job), undo: join(state, 'undo', job.job) },
    facts: () => Promise.resolve({ ...someFacts, ...options.facts?.(root) }),
    run: async (command, args, { input } = {}) => {
      ran.push([command, ...args].join(' ').replaceAll(root, ''));
      const program = options.programs?.[command];
      if (program === undefined) throw new ResoleError('program-missing', `no ${command}`);
      return program(args, input);
    },
    progress: () => undefined,
    log: () => undefined,
    clock: { now: systemClock.now, sleep: () => Promise.resolve() },
    program: { version: 'test' },
    online: () => true,
    restart: () => undefined,
    signal: new AbortController().signal,
  };
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const tree = async (path = '/') => {
    const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    const texts = await Promise.all(paths.map((each) => readFile(each, 'latin1')));
    return Object.fromEntries(
      paths.map((each, index) => [each.slice(root.length), texts[index] ?? '']),
    );
  };
  return { root, context, ran, write, tree };
}

/** A program that fails. */
export const failing = (text: string) => () => {
  throw new ResoleError('program-failed', text);
};
