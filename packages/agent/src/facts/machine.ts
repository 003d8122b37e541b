/** What facts are read from: the machine's files and programs, never throwing. */
import { readdir, readFile, realpath, statfs } from 'node:fs/promises';
import { arch } from 'node:process';
import type { Facts } from '@resole/protocol';
import { ResoleError } from '@resole/protocol';
import type { Run } from '../exec.ts';
import { type Hardware, readHardware } from './hardware.ts';
import { type Packages, readPackages } from './packages.ts';

/** Folders that programs are looked for in; the same that exec.ts runs them from. */
const programFolders = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** A view of a machine. What is not there is `undefined` or empty. */
export interface Machine {
  arch: Facts['arch'];
  bytes(path: string): Promise<Uint8Array | undefined>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  /** The path with all symbolic links resolved. */
  real(path: string): Promise<string | undefined>;
  /** Free bytes of the file system of a path, without those reserved for root. */
  freeBytes(path: string): Promise<number | undefined>;
  /** Standard output of a program that ended well. */
  output(command: string, args: readonly string[]): Promise<string | undefined>;
  hardware(): Promise<Hardware>;
  packages(): Promise<Packages | undefined>;
  /** Takes down what could not be found out, for the facts' notes. */
  note(text: string): void;
  notes(): string[];
}

/** The machine that this process runs on. */
export function localMachine(run: Run): Machine {
  const notes = new Set<string>();
  const orNothing = async <T>(reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch {
      return undefined;
    }
  };
  return {
    arch: arch === 'arm64' ? 'aarch64' : 'x86_64',
    bytes: (path) => orNothing(readFile(path)),
    list: async (path) => ((await orNothing(readdir(path))) ?? []).sort(),
    real: (path) => orNothing(realpath(path)),
    freeBytes: async (path) => {
      const found = await orNothing(statfs(path));
      return found && found.bavail * found.bsize;
    },
    output: async (command, args) => {
      try {
        return await run(command, args, { timeout: 30 });
      } catch (error) {
        const problem = error instanceof ResoleError ? error.message : String(error);
        notes.add(problem);
        return undefined;
      }
    },
    hardware: readHardware,
    packages: () => orNothing(readPackages(run)),
    note: (text) => notes.add(text),
    notes: () => [...notes].sort(),
  };
}

/** Text of a file, without white space around it. */
export async function text(machine: Machine, path: string): Promise<string | undefined> {
  const bytes = await machine.bytes(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes).trim();
}

/** Whether a program is installed. */
export async function hasProgram(machine: Machine, name: string): Promise<boolean> {
  const found = await Promise.all(
    programFolders.map((folder) => machine.real(`${folder}/${name}`)),
  );
  return found.some((path) => path !== undefined);
}

/** JSON that a program prints; undefined (and a note) where it fails or prints something else. */
export async function json<T>(
  machine: Machine,
  command: string,
  args: readonly string[],
): Promise<T | undefined> {
  const output = await machine.output(command, args);
  if (output === undefined) return undefined;
  // iproute2 before 5.0 prints nothing at all for an empty list.
  if (output.trim() === '') return [] as T;
  try {
    return JSON.parse(output) as T;
  } catch {
    machine.note(`${command} ${args.join(' ')} printed no JSON`);
    return undefined;
  }
}
