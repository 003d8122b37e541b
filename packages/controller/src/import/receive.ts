/** Copies entries of a source into a folder: whole files only, and none that is there already. */
import { createWriteStream } from 'node:fs';
import { chmod, link, lstat, mkdir, realpath, rename, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ResoleError } from '@resole/protocol';

/** Something of a source's tree, in the order in which the source gives it. */
export interface Entry {
  path: string;
  kind: 'file' | 'folder' | 'symlink' | 'hardlink';
  /** Bytes. */
  size: number;
  /** Seconds since 1970. */
  mtime: number;
  /** Of links: where they lead; of hard links a path in the tree. */
  target?: string;
  /** The content, from an offset on; sources that can't start elsewhere say so by `rewinds`. */
  open(offset: number): Readable;
  rewinds: boolean;
  /** Goes on without the content. */
  skip(): void;
}

export interface ReceiveControl {
  /** Bytes of all files, where known. */
  total?: number | undefined;
  progress?: ((phase: string, fraction?: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Received {
  files: number;
  bytes: number;
  /** Files that were there already, whole. */
  kept: number;
  /** Links that lead out of the tree: left out, since the tree is served to installers. */
  leftOut: string[];
}

/** A part is gone on with only where it is of this very file: its name tells size and time. */
const partOf = ({ size, mtime }: Entry, place: string): string =>
  `${place}.${size.toString(36)}-${mtime.toString(36)}.part`;

export async function receive(
  entries: AsyncIterable<Entry>,
  folder: string,
  { total, progress, signal }: ReceiveControl = {},
): Promise<Received> {
  const received: Received = { files: 0, bytes: 0, kept: 0, leftOut: [] };
  let done = 0;
  const tell = () => progress?.('copy', total ? Math.min(1, done / total) : undefined);
  await mkdir(folder, { recursive: true });
  const safeFolder = folders(await realpath(folder));
  for await (const entry of entries) {
    signal?.throwIfAborted();
    const path = inside(entry.path);
    if (path === '') {
      entry.skip();
      continue;
    }
    const place = join(folder, path);
    await safeFolder(dirname(path));
    if (entry.kind !== 'file') {
      entry.skip();
      if (!(await other(entry, path, place, folder))) received.leftOut.push(path);
      continue;
    }
    tell();
    if (await isThere(entry, place)) {
      entry.skip();
      received.kept += 1;
      done += entry.size;
      continue;
    }
    await write(
      entry,
      place,
      (bytes) => {
        done += bytes;
        tell();
      },
      signal,
    );
    received.files += 1;
    received.bytes += entry.size;
  }
  return received;
}

/** What a medium names may not lead elsewhere. */
export function inside(path: string): string {
  const normal = posix.normalize(path).replace(/^\/+/, '').replace(/\/+$/, '');
  if (normal === '..' || normal.startsWith('../') || path.includes('\0')) {
    throw new ResoleError('invalid-input', `the medium has a file outside of itself: ${path}`, {
      remedy: 'do not trust this medium',
    });
  }
  return normal === '.' ? '' : normal;
}

/** Makes a folder of the tree; one that is a link is refused: files would land elsewhere. */
function folders(root: string): (below: string) => Promise<void> {
  const made = new Set<string>();
  return async (below) => {
    if (made.has(below)) return;
    const place = join(root, below);
    await mkdir(place, { recursive: true });
    if ((await realpath(place)) !== place) {
      throw new ResoleError('invalid-input', `the medium has files below a link: ${below}`, {
        remedy: 'do not trust this medium; if it was imported before, remove the tree first',
      });
    }
    made.add(below);
  };
}

/** Same size and time: what an earlier run copied. Times of media have full seconds. */
async function isThere({ size, mtime }: Entry, place: string): Promise<boolean> {
  const found = await lstat(place).catch(() => undefined);
  return (
    found?.isFile() === true && found.size === size && Math.abs(found.mtimeMs / 1000 - mtime) < 2
  );
}

async function write(
  entry: Entry,
  place: string,
  moved: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temporary = partOf(entry, place);
  const begun = entry.rewinds ? undefined : await lstat(temporary).catch(() => undefined);
  const offset = begun?.isFile() && begun.size <= entry.size ? begun.size : 0;
  if (offset === 0) await rm(temporary, { force: true });
  moved(offset);
  let bytes = offset;
  const count = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      moved(chunk.length);
      yield chunk;
    }
  };
  const output = createWriteStream(temporary, { flags: offset === 0 ? 'w' : 'a', mode: 0o644 });
  try {
    await pipeline(entry.open(offset), count, output, { ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    const why = reason(cause);
    const code = unwritable.has(why) ? 'file-unwritable' : 'file-unreadable';
    throw new ResoleError(code, `${entry.path} cannot be copied: ${why}`, {
      remedy:
        'see to it that the medium can be read and the disk has room, then import again: what is copied is kept',
      cause,
    });
  }
  if (bytes !== entry.size) {
    await rm(temporary, { force: true });
    throw new ResoleError(
      'size-mismatch',
      `${entry.path} has ${bytes} bytes where the medium says ${entry.size}`,
      { remedy: 'the medium is damaged or was cut short: get it again' },
    );
  }
  await chmod(temporary, 0o644);
  await utimes(temporary, entry.mtime, entry.mtime);
  await rename(temporary, place);
}

/** Folders and links. @returns whether it was made. */
async function other(
  { kind, target = '' }: Entry,
  path: string,
  place: string,
  folder: string,
): Promise<boolean> {
  if (kind === 'folder') {
    await mkdir(place, { recursive: true });
    return true;
  }
  if (kind === 'hardlink') {
    await rm(place, { force: true });
    await link(join(folder, inside(target)), place);
    return true;
  }
  const leads = posix.join(posix.dirname(path), target);
  if (target.startsWith('/') || leads === '..' || leads.startsWith('../')) return false;
  await rm(place, { force: true });
  await symlink(target, place);
  return true;
}

/** What can only be the fault of the copy's side. */
const unwritable = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EFBIG', 'EPERM']);

const reason = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
