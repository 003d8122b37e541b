/** From a tree to what it installs: pure but for the reader that it is given. */
import { Arch, type Family, type OsRelease } from '@resole/protocol';
import { type Pair, pairsOf } from './boot.ts';
import { expand, fill } from './fill.ts';
import type { Found, Mark, Signature } from './signature.ts';
import { type Looked, type RecordingReader, recording, type TreeReader } from './tree.ts';

/** One distro that a tree can install. */
export interface Recognised {
  signature: Signature;
  version: string;
  arch: Arch;
  codename?: string;
  /** Paths in the tree. */
  kernel?: string;
  initrd?: string;
  /** The initrd needs a CD drive with the medium. */
  cdOnly?: true;
  kernelOptions: Record<string, string>;
  vars: Record<string, string>;
  osRelease?: OsRelease;
  /** Text files that tell all this. */
  metadata: string[];
  /** Files with checksums that this OS has beside the usual ones. */
  sums: string[];
}

export interface Wanted {
  arch?: Arch;
  family?: Family;
  /** Of a tree with several releases, by its folder below `dists/`, as `bookworm`. */
  release?: string;
  /** Where the tree does not tell. */
  version?: string;
}

export interface Recognition {
  recognised: Recognised[];
  looked: Looked[];
}

/** Other names of architectures, as distributions write them. */
export const archNames: Readonly<Record<Arch, { debian: string; all: readonly string[] }>> = {
  x86_64: { debian: 'amd64', all: ['x86_64', 'amd64', 'x64'] },
  aarch64: { debian: 'arm64', all: ['aarch64', 'arm64'] },
};

/** The first row of the table that fits decides; it may yield several releases and architectures. */
export async function recognise(
  tree: TreeReader,
  signatures: readonly Signature[],
  wanted: Wanted = {},
): Promise<Recognition> {
  const reader = recording(tree);
  const recognised: Recognised[] = [];
  const start = { found: {}, files: [], ...(wanted.release && { release: wanted.release }) };
  for (const signature of signatures) {
    if (wanted.family !== undefined && signature.family !== wanted.family) continue;
    for (const facts of await marked(signature.marks, reader, start)) {
      for (const arch of wanted.arch === undefined ? Arch.options : [wanted.arch]) {
        const found = await distroOf(signature, facts, arch, wanted, reader);
        if (found !== undefined && !recognised.some((other) => same(other, found)))
          recognised.push(found);
      }
    }
    if (recognised.length > 0) break;
  }
  const looked = [...reader.looked].map(([path, found]) => ({ path, found }));
  return { recognised, looked };
}

interface Facts {
  found: Found;
  files: readonly string[];
  release?: string;
}

/** All ways in which the marks fit: more than one where a `*` does. */
async function marked(
  marks: readonly Mark[],
  reader: RecordingReader,
  facts: Facts,
): Promise<Facts[]> {
  const [mark, ...rest] = marks;
  if (mark === undefined) return [facts];
  const fits: Facts[] = [];
  for (const pattern of [mark.path].flat()) {
    const asked =
      facts.release === undefined
        ? pattern
        : pattern.replace('dists/*/', `dists/${facts.release}/`);
    const filled = fill(asked, facts.found);
    if (filled === undefined) continue;
    for (const { path } of await expand(filled, reader)) {
      const found = await markFacts(mark, path, reader);
      if (found === undefined) continue;
      const files = mark.text === undefined ? facts.files : [...facts.files, path];
      fits.push({ ...facts, found: { ...facts.found, ...found }, files });
    }
    if (fits.length > 0) break;
  }
  if (fits.length === 0) return mark.optional ? await marked(rest, reader, facts) : [];
  const all = [];
  for (const fit of fits) all.push(...(await marked(rest, reader, fit)));
  return all;
}

async function markFacts(
  { text, probe }: Mark,
  path: string,
  reader: RecordingReader,
): Promise<Found | undefined> {
  if (probe !== undefined) {
    const found = await probe(reader, path);
    if (found === undefined && reader.looked.get(path) === 'there')
      reader.looked.set(path, 'there, not as expected');
    return found;
  }
  if (text === undefined) return (await reader.size(path)) === undefined ? undefined : {};
  const content = (await reader.read(path))?.toString('utf8').replaceAll('\r', '');
  if (content === undefined) return undefined;
  const matches = text.map((pattern) => content.match(pattern));
  if (matches.some((match) => match === null)) {
    // What it says is what a person needs who asks why it was not recognised.
    const line = content.split('\n').find((each) => each.trim() !== '') ?? '';
    const says = /^\[/.test(line) ? (content.match(/^(family|name)\s*=.*$/m)?.[0] ?? line) : line;
    reader.looked.set(path, `there, says "${says.slice(0, 100)}"`);
    return undefined;
  }
  const groups = matches.flatMap((match) => Object.entries(match?.groups ?? {}));
  return Object.fromEntries(groups.filter(([, value]) => value !== undefined));
}

async function distroOf(
  signature: Signature,
  { found, files }: Facts,
  arch: Arch,
  wanted: Wanted,
  reader: RecordingReader,
): Promise<Recognised | undefined> {
  const stated = found.arch?.split(/[\s,/-]+/);
  if (stated !== undefined && !stated.some((name) => archNames[arch].all.includes(name)))
    return undefined;
  const version = wanted.version ?? (signature.version ?? ((facts) => facts.version))(found);
  if (signature.arches !== undefined && !(await anyOf(signature.arches[arch], reader)))
    return undefined;
  const names = { ...found, arch, debian: archNames[arch].debian };
  const hasPair = signature.boots !== undefined || signature.menus !== undefined;
  const pair: Pair | undefined = hasPair
    ? await pairsOf(signature, names, arch, stated !== undefined, reader)
    : undefined;
  if (hasPair && pair === undefined) return undefined;
  const { kernel, initrd, cdOnly, options = {} } = pair ?? {};
  const release = version ?? 'unknown';
  return {
    signature,
    version: release,
    arch,
    ...(found.codename === undefined ? {} : { codename: found.codename }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(initrd === undefined ? {} : { initrd }),
    ...(cdOnly ? { cdOnly } : {}),
    kernelOptions: { ...signature.kernelOptions, ...options },
    vars: Object.fromEntries(
      Object.entries(signature.vars ?? {}).flatMap(([name, text]) => {
        const value = fill(text, { ...names, version: release });
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    ...osReleaseOf(signature, release),
    metadata: [...new Set(files)],
    sums: (signature.sums ?? []).flatMap((path) => fill(path, names) ?? []),
  };
}

async function anyOf(paths: readonly string[], reader: TreeReader): Promise<boolean> {
  for (const path of paths) if ((await reader.size(path)) !== undefined) return true;
  return false;
}

/** How much of a version an os-release has: 12.5.0 is Debian's 12, 22.04.3 Ubuntu's 22.04. */
function osReleaseOf({ osRelease }: Signature, version: string): { osRelease?: OsRelease } {
  if (osRelease === undefined) return {};
  const { id, versionId } = osRelease;
  const count = { none: 0, major: 1, minor: 2, whole: 9 }[versionId];
  const known = /^\d/.test(version) && count > 0;
  if (!known) return { osRelease: { id } };
  return { osRelease: { id, versionId: version.split('.').slice(0, count).join('.') } };
}

/** Two names of one release, as Debian's `stable` is a link to its codename. */
const same = (one: Recognised, other: Recognised): boolean =>
  one.version === other.version &&
  one.arch === other.arch &&
  one.codename === other.codename &&
  one.kernel === other.kernel;
