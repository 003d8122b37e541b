/** ES modules of operators: which events they have handlers for, and how one is run. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { execute, type Outcome } from './execute.ts';
import { type Found, moduleFilesOf } from './folder.ts';

const host = join(packageRoot, 'assets/plugins/host.mjs');
const HEAP_MIB = 256;

/** The command that runs a module: for one event, or to say what it handles. */
export const moduleCommand = (
  module: string,
  event?: string,
): { file: string; args: string[] } => ({
  file: process.execPath,
  args: [
    ...[`--max-old-space-size=${HEAP_MIB}`, '--disable-warning=ExperimentalWarning', host, module],
    ...(event === undefined ? [] : [event]),
  ],
});

export interface ModuleInfo extends Found {
  events: readonly string[];
  /** Why it can't be used. */
  problem?: string;
}

export interface ModuleReader {
  /** Every module with its events, by name; each is asked once per version of its file. */
  list(): Promise<ModuleInfo[]>;
}

export interface ModuleReaderDeps {
  pluginDir: string;
  timeoutMs: number;
  env: Readonly<Record<string, string>>;
  /** Why the file may not be run. */
  whyUnsafe(path: string): Promise<string | undefined>;
}

export const moduleReader = (deps: ModuleReaderDeps): ModuleReader => {
  const known = new Map<string, { version: string; info: Promise<ModuleInfo> }>();
  const read = async (file: Found): Promise<ModuleInfo> => {
    const unsafe = await deps.whyUnsafe(file.path);
    if (unsafe !== undefined) return { ...file, events: [], problem: unsafe };
    let events: readonly string[] | undefined;
    const outcome = await execute({
      ...moduleCommand(file.path),
      ...{ input: '', env: deps.env, cwd: deps.pluginDir, timeoutMs: deps.timeoutMs },
      onLine: (stream, line) => {
        const found = stream === 'stdout' && /^resole-handlers (\[.*\])$/.exec(line)?.[1];
        if (found) events = JSON.parse(found) as string[];
      },
    });
    if (events !== undefined) return { ...file, events };
    return { ...file, events: [], problem: `it can't be loaded: ${told(outcome)}` };
  };
  return {
    list: async () => {
      const files = await moduleFilesOf(deps.pluginDir);
      return Promise.all(
        files.map(async (file) => {
          const { mtimeMs, ctimeMs, size, ino } = await stat(file.path);
          const version = [mtimeMs, ctimeMs, size, ino].join();
          const before = known.get(file.path);
          if (before?.version === version) return before.info;
          const info = read(file);
          known.set(file.path, { version, info });
          // A failure may be gone the next time, as where the machine was busy.
          const { problem } = await info;
          if (problem !== undefined) known.delete(file.path);
          return info;
        }),
      );
    },
  };
};

/** An outcome in words. */
export const told = (outcome: Outcome): string => {
  switch (outcome.type) {
    case 'exited':
      return outcome.said || `exit code ${outcome.code}`;
    case 'killed':
      return `it was ended by ${outcome.signal}${outcome.said === '' ? '' : `: ${outcome.said}`}`;
    case 'timed-out':
      return 'it took longer than its time limit';
    case 'ended':
      return 'the controller is ending';
    case 'not-started':
      return outcome.reason;
  }
};
