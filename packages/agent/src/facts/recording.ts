/** A machine on paper: what facts were read from, kept to read the same facts again elsewhere. */
import type { Facts } from '@resole/protocol';
import type { Hardware } from './hardware.ts';
import type { Machine } from './machine.ts';
import type { Packages } from './packages.ts';

export interface Recording {
  arch: Facts['arch'];
  hardware: Hardware;
  packages?: Packages;
  /** Contents by path. */
  files: Record<string, string>;
  /** Contents that are no text, in hexadecimal. */
  binaries: Record<string, string>;
  /** Files and folders whose contents don't matter, programs above all. */
  present: string[];
  /** Paths that lead elsewhere. */
  links: Record<string, string>;
  /** Free bytes by path. */
  free: Record<string, number>;
  /** Output by command line; what is not text stands for its JSON. */
  outputs: Record<string, unknown>;
}

/** Reads a recording as if it were the machine. */
export function replayed(recording: Recording): Machine {
  const { files, binaries, present, links, free, outputs } = recording;
  const paths = [files, binaries, links].flatMap((each) => Object.keys(each)).concat(present);
  const notes = new Set<string>();
  return {
    arch: recording.arch,
    hardware: () => Promise.resolve(recording.hardware),
    packages: () => Promise.resolve(recording.packages),
    bytes: (path) => {
      const resolved = links[path] ?? path;
      const binary = binaries[resolved];
      if (binary !== undefined) return Promise.resolve(Buffer.from(binary, 'hex'));
      const file = files[resolved];
      return Promise.resolve(file === undefined ? undefined : Buffer.from(file));
    },
    list: (path) => {
      const below = paths.filter((each) => each.startsWith(`${path}/`));
      const names = below.map((each) => each.slice(path.length + 1).split('/')[0] as string);
      return Promise.resolve([...new Set(names)].sort());
    },
    real: (path) => {
      const there = paths.some((each) => each === path || each.startsWith(`${path}/`));
      return Promise.resolve(links[path] ?? (there ? path : undefined));
    },
    freeBytes: (path) => Promise.resolve(free[path]),
    output: (command, args) => {
      const output = outputs[[command, ...args].join(' ')];
      if (output === undefined) notes.add(`${command} is not installed on this machine`);
      if (output === undefined || typeof output === 'string') return Promise.resolve(output);
      return Promise.resolve(JSON.stringify(output));
    },
    note: (text) => notes.add(text),
    notes: () => [...notes].sort(),
  };
}

/** Passes everything on to a real machine, and keeps what it answers. */
export function recorded(machine: Machine): { machine: Machine; recording(): Promise<Recording> } {
  const kept: Omit<Recording, 'hardware' | 'packages'> = {
    arch: machine.arch,
    files: {},
    binaries: {},
    present: [],
    links: {},
    free: {},
    outputs: {},
  };
  return {
    recording: async () => {
      const packages = await machine.packages();
      const hardware = await machine.hardware();
      return { ...kept, hardware, ...(packages === undefined ? {} : { packages }) };
    },
    machine: {
      ...machine,
      bytes: async (path) => {
        const bytes = await machine.bytes(path);
        if (bytes !== undefined) keepBytes(kept, path, bytes);
        return bytes;
      },
      list: async (path) => {
        const names = await machine.list(path);
        kept.present.push(...names.map((name) => `${path}/${name}`));
        return names;
      },
      real: async (path) => {
        const found = await machine.real(path);
        if (found === path) kept.present.push(path);
        else if (found !== undefined) kept.links[path] = found;
        return found;
      },
      freeBytes: async (path) => {
        const free = await machine.freeBytes(path);
        if (free !== undefined) kept.free[path] = free;
        return free;
      },
      output: async (command, args) => {
        const output = await machine.output(command, args);
        if (output !== undefined) kept.outputs[[command, ...args].join(' ')] = output;
        return output;
      },
    },
  };
}

function keepBytes(
  kept: Pick<Recording, 'files' | 'binaries'>,
  path: string,
  bytes: Uint8Array,
): void {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString();
  const isText = !/[\0\uFFFD]/.test(text);
  if (isText) kept.files[path] = text;
  else kept.binaries[path] = buffer.toString('hex');
}
