/** `resole import`: recognise a tree, bring it here where it must be, and say what it installs. */
import { copyFile, link, mkdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Arch, type DistroInput, type Family, Name, ResoleError } from '@resole/protocol';
import { describeFile } from '../build/files.ts';
import { distroOf, nameOf, notesOf } from './describe.ts';
import { netbootOf } from './netboot.ts';
import type { Received } from './receive.ts';
import { type Recognised, recognise } from './recognise.ts';
import { signatures } from './signatures/index.ts';
import { openSource } from './sources/open.ts';
import type { Source } from './sources/source.ts';
import { squash } from './squash.ts';
import { checkFiles, readSums, sumFiles } from './sums.ts';
import { ambiguous, unattendable, unrecognised } from './unrecognised.ts';

export interface ImportRequest {
  /** Folder, ISO file, or address. */
  from: string;
  /** Folder that relative paths are meant from. */
  cwd: string;
  /** Folder of all trees, `<data folder>/trees`. */
  trees: string;
  /** Name of the distro; with several architectures, its first part. */
  name?: string | undefined;
  arch?: Arch | undefined;
  family?: Family | undefined;
  release?: string | undefined;
  version?: string | undefined;
  /** Files of this host in place of the tree's own. */
  kernel?: string | undefined;
  initrd?: string | undefined;
  /** Asked before anything is copied; throws where the distros can't be made. */
  before?: ((distros: readonly DistroInput[]) => Promise<void>) | undefined;
  /** Only say what would be made. */
  dryRun?: boolean | undefined;
  progress?: ((phase: string, fraction?: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Imported {
  /** What the tree was taken for, in the words of the table of signatures. */
  os: string;
  distro: DistroInput;
}

export interface ImportReport {
  imported: Imported[];
  /** Folder of the files; absent in a dry run. */
  folder?: string;
  /** Absent in a dry run. */
  received?: Received;
  /** Files compared with the medium's checksums. */
  checked: number;
  /** What the operator should know. */
  notes: string[];
}

export async function importTree(request: ImportRequest): Promise<ImportReport> {
  const { progress, signal } = request;
  const source = await openSource(request.from, request.cwd, signal);
  try {
    progress?.('recognise');
    const wanted = pickDefined(request, ['arch', 'family', 'release', 'version']);
    const { recognised, looked } = await recognise(source, signatures, wanted);
    if (recognised.length === 0) {
      throw unrecognised(source.name, looked, wanted, await source.list(''));
    }
    const [first] = recognised;
    if (first === undefined || new Set(recognised.map((each) => each.version)).size > 1)
      throw ambiguous(source.name, recognised);
    if (first.signature.refused !== undefined) throw unattendable(source.name, first.signature);
    const base = request.name ?? nameOf(recognised);
    checkName(base);
    const folder = join(request.trees, base);
    const given = request.kernel !== undefined && request.initrd !== undefined;
    const notes = recognised.flatMap((each) => notesOf(each, source.iso !== undefined, given));
    const planned = recognised.map((each) => ({
      os: each.signature.os,
      distro: distroOf(each, {
        name: recognised.length > 1 ? `${base}-${each.arch}` : base,
        folder,
        staysAt: source.staysAt,
        kernel: request.kernel,
        initrd: request.initrd,
      }),
    }));
    if (request.dryRun) return { imported: planned, checked: 0, notes };
    await request.before?.(planned.map(({ distro }) => distro));
    const { received, checked } = await bring(source, recognised, folder, request);
    const imported: Imported[] = [];
    for (const [index, { os, distro }] of planned.entries()) {
      const each = recognised[index] ?? first;
      imported.push({ os, distro: { ...distro, ...(await bootFiles(each, folder, request)) } });
    }
    for (const path of received.leftOut)
      notes.push(`left out: ${path}, a link that leads out of the tree`);
    return { imported, folder, received, checked, notes };
  } finally {
    await source.close();
  }
}

/** It becomes the name of a folder before the controller sees it. */
function checkName(name: string): void {
  const { error } = Name.safeParse(name);
  if (error === undefined) return;
  throw new ResoleError('invalid-input', `"${name}" is no name: ${error.issues[0]?.message}`, {
    remedy: 'give another: --name NAME',
  });
}

/** Copies what is needed and compares it with the checksums that come with it. */
async function bring(
  source: Source,
  recognised: readonly Recognised[],
  folder: string,
  { progress, signal }: ImportRequest,
): Promise<{ received: Received; checked: number }> {
  await makeRoom(folder, source);
  const more = recognised.flatMap(({ sums }) => sums);
  const [first] = recognised;
  if (first?.signature.squash) {
    if (source.folder === undefined) {
      throw new ResoleError('invalid-input', `${source.name} is a root file system, not a folder`, {
        remedy: 'copy it here with its owners and devices (rsync -aHx), then import the folder',
      });
    }
    // The root file system itself is of no use to an installer: its image and kernel are.
    return {
      received: await squash(source.folder, first, folder, { progress, signal }),
      checked: 0,
    };
  }
  const boots = recognised.flatMap(({ kernel, initrd }) => [kernel, initrd]);
  const metadata = recognised.flatMap((each) => each.metadata);
  const carried: string[] = [];
  if (source.staysAt !== undefined) {
    for (const path of [...sumFiles.map((file) => file.path), ...more])
      if ((await source.size(path)) !== undefined) carried.push(path);
  }
  const paths = [...new Set([...boots, ...metadata, ...carried])].filter(
    (path) => path !== undefined,
  );
  const received = await source.copy(folder, paths, { progress, signal });
  const checked = await checkFiles(folder, await readSums(source, more), { progress, signal });
  if (source.iso !== undefined && recognised.some(({ signature }) => signature.keepsIso))
    await keepIso(source.iso, folder);
  return { received, checked };
}

/** For installers that fetch the medium as it is (the template subiquity/boot-args names it). */
async function keepIso(iso: string, folder: string): Promise<void> {
  const place = join(folder, 'install.iso');
  const [here, there] = await Promise.all([stat(iso), stat(place).catch(() => undefined)]);
  if (there?.size === here.size && there.mtimeMs >= here.mtimeMs) return;
  await rm(place, { force: true });
  await link(iso, place).catch(async () => {
    await copyFile(iso, `${place}.part`);
    await rename(`${place}.part`, place);
  });
}

/** Makes the folder; told before hours of copying, not after, where there is no room for an ISO. */
async function makeRoom(folder: string, source: Source): Promise<void> {
  const begun = await stat(folder).catch(() => undefined);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ResoleError('file-unwritable', `${folder} cannot be made: ${code}`, {
      remedy:
        'import as the user whom the data folder belongs to, or name another: --data-dir FOLDER',
      cause,
    });
  }
  // A copy that was begun has taken its room already.
  if (source.iso === undefined || begun !== undefined) return;
  const [{ size }, { bavail, bsize }] = await Promise.all([stat(source.iso), statfs(folder)]);
  if (bavail * bsize >= size) return;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  await rmdir(folder);
  throw new ResoleError(
    'file-unwritable',
    `${folder} has room for ${gib(bavail * bsize)}, and the medium has ${gib(size)}`,
    { remedy: 'make room, or use another data folder: --data-dir FOLDER' },
  );
}

/** Kernel and initrd with size and SHA-256. */
async function bootFiles(
  recognised: Recognised,
  folder: string,
  { kernel, initrd, cwd, progress, signal }: ImportRequest,
): Promise<Pick<DistroInput, 'kernel' | 'initrd'>> {
  const { cdOnly, signature } = recognised;
  if (cdOnly && (kernel === undefined || initrd === undefined))
    return await netbootOf(recognised, folder, { progress, signal });
  const own = (path: string | undefined) =>
    path === undefined ? undefined : join(folder, signature.squash ? basename(path) : path);
  const made: Pick<DistroInput, 'kernel' | 'initrd'> = {};
  const kernelPath = kernel === undefined ? own(recognised.kernel) : resolve(cwd, kernel);
  const initrdPath = initrd === undefined ? own(recognised.initrd) : resolve(cwd, initrd);
  if (kernelPath !== undefined) made.kernel = await describeFile(kernelPath);
  if (initrdPath !== undefined) made.initrd = await describeFile(initrdPath);
  return made;
}

const pickDefined = <T extends object, K extends keyof T>(
  from: T,
  keys: readonly K[],
): { [P in K]?: Exclude<T[P], undefined> } =>
  Object.fromEntries(
    keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])),
  ) as {
    [P in K]?: Exclude<T[P], undefined>;
  };
