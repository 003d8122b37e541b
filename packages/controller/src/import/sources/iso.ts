/**
 * An ISO file, read without mounting it and without root: ISO 9660 with Rock Ridge or Joliet by
 * bsdtar (libarchive), UDF by 7zz.
 */
import { posix } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { ResoleError } from '@resole/protocol';
import { extract } from 'tar-stream';
import { requireTools } from '../../build/tools.ts';
import { type Entry, receive } from '../receive.ts';
import type { Range } from '../tree.ts';
import { isoFormat } from './iso-format.ts';
import { bsdtarListing, type IsoFile, sevenZipListing } from './iso-listing.ts';
import { output, stream } from './program.ts';
import type { Source } from './source.ts';

const largestFile = 64 * 1024 * 1024;

/** How one program reads ISOs. */
interface Reader {
  list(iso: string, signal?: AbortSignal): Promise<IsoFile[]>;
  /** Arguments that write one member to standard output. */
  member(iso: string, member: string): [command: string, args: string[]];
  entries(iso: string, files: readonly IsoFile[], signal?: AbortSignal): AsyncGenerator<Entry>;
}

const bsdtar: Reader = {
  list: async (iso, signal) => bsdtarListing(await output('bsdtar', ['-tvf', iso], { signal })),
  member: (iso, member) => [
    'bsdtar',
    // Names are patterns to bsdtar; -q ends at the first that fits.
    ['-xqOf', iso, '--', member.replaceAll(/[\\*?[\]]/g, '\\$&')],
  ],
  entries: async function* (iso, files, signal) {
    const known = new Map(files.map((file) => [file.member.replace(/^\.\/|\/$/g, ''), file]));
    const running = stream('bsdtar', ['-cf', '-', '--format=pax', `@${iso}`], signal);
    const archive = extract();
    running.stdout.pipe(archive);
    running.stdout.once('error', (error) => archive.destroy(error));
    const kinds = { directory: 'folder', symlink: 'symlink', link: 'hardlink' } as const;
    try {
      for await (const item of archive) {
        const { header } = item;
        const member = header.name.replace(/^\.\/|\/$/g, '');
        const file = known.get(member);
        const kind = kinds[header.type as keyof typeof kinds] ?? 'file';
        const target = header.linkname ?? undefined;
        const leads = kind === 'hardlink' ? (known.get(target ?? '')?.path ?? target) : target;
        yield {
          path: file?.path ?? member,
          kind,
          size: header.size ?? 0,
          mtime: Math.floor((header.mtime?.getTime() ?? 0) / 1000),
          ...(leads === undefined ? {} : { target: leads }),
          rewinds: true,
          open: () => item as unknown as Readable,
          skip: () => void item.resume(),
        };
      }
      await running.done;
    } catch (error) {
      // Where bsdtar itself failed, its words say more than the archive that ends too early.
      await running.done;
      throw error;
    } finally {
      await running.stop();
    }
  },
};

const sevenZip: Reader = {
  list: async (iso, signal) =>
    sevenZipListing(await output('7zz', ['l', '-slt', '-ba', '--', iso], { signal })),
  member: (iso, member) => ['7zz', ['x', '-so', '-spd', '--', iso, member]],
  entries: async function* (iso, files, signal) {
    // The files follow each other without anything between them, in the order of the listing.
    const running = stream('7zz', ['x', '-so', '--', iso], signal);
    const source = (running.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    let rest: Buffer = Buffer.alloc(0);
    const next = async function* (size: number): AsyncGenerator<Buffer> {
      for (let missing = size; missing > 0; ) {
        if (rest.length === 0) {
          const { value, done } = await source.next();
          if (done) return;
          rest = value;
        }
        const chunk = rest.subarray(0, missing);
        rest = rest.subarray(chunk.length);
        missing -= chunk.length;
        yield chunk;
      }
    };
    try {
      for (const file of files) {
        const { path, kind, size, mtime } = file;
        let skipped = false;
        yield {
          ...{ path, kind, size, mtime, rewinds: true },
          open: () => readableOf(next(size)),
          skip: () => {
            skipped = true;
          },
        };
        if (skipped && kind === 'file') for await (const _ of next(size));
      }
      await running.done;
    } finally {
      await running.stop();
    }
  },
};

const readableOf = (chunks: AsyncGenerator<Buffer>): Readable => {
  const through = new PassThrough();
  void (async () => {
    try {
      for await (const chunk of chunks) {
        if (!through.write(chunk)) await new Promise((resolve) => through.once('drain', resolve));
      }
      through.end();
    } catch (error) {
      through.destroy(error as Error);
    }
  })();
  return through;
};

/** @throws ResoleError `file-unreadable` where it is no ISO, `build-tool-missing` */
export async function isoSource(iso: string, signal?: AbortSignal): Promise<Source> {
  const format = await isoFormat(iso);
  if (format === undefined) {
    throw new ResoleError('file-unreadable', `${iso} is not an ISO file`, {
      remedy: 'give an ISO 9660 or UDF image, a folder, or an address',
    });
  }
  await requireTools([
    format === 'udf'
      ? { command: '7zz', package: '7zip' }
      : { command: 'bsdtar', package: 'libarchive-tools' },
  ]);
  const reader = format === 'udf' ? sevenZip : bsdtar;
  const files = await reader.list(iso, signal);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const fileAt = (path: string): IsoFile | undefined => followed(byPath, path);
  return {
    name: iso,
    iso,
    list: async (folder) => {
      const base = followed(byPath, folder)?.path ?? folder;
      const names = files
        .filter(({ path }) => posix.dirname(path) === (base === '' ? '.' : base))
        .map(({ path }) => posix.basename(path));
      return names.length === 0 && base !== '' ? undefined : names;
    },
    size: async (path) => {
      const file = fileAt(path);
      return file?.kind === 'file' ? file.size : undefined;
    },
    read: async (path, range = { offset: 0, length: largestFile }) => {
      const file = fileAt(path);
      if (file?.kind !== 'file') return undefined;
      return await partOf(reader.member(iso, file.member), range, signal);
    },
    copy: async (target, _paths, control) => {
      const total = files.reduce((sum, { size, kind }) => sum + (kind === 'file' ? size : 0), 0);
      return await receive(reader.entries(iso, files, control.signal), target, {
        ...control,
        total,
      });
    },
    close: async () => {},
  };
}

/** The file behind symbolic and hard links, of which a path's folders may be some. */
function followed(
  files: ReadonlyMap<string, IsoFile>,
  path: string,
  depth = 0,
): IsoFile | undefined {
  if (depth > 16) return undefined;
  const file = files.get(path);
  if (file?.target !== undefined) {
    const target =
      file.kind === 'hardlink' ? file.target : posix.join(posix.dirname(path), file.target);
    return followed(files, target.replace(/\/$/, ''), depth + 1);
  }
  if (file !== undefined || path === '.' || !path.includes('/')) return file;
  const folder = followed(files, posix.dirname(path), depth + 1);
  const real = folder && posix.join(folder.path, posix.basename(path));
  return real === undefined || real === path ? undefined : followed(files, real, depth + 1);
}

async function partOf(
  [command, args]: [string, string[]],
  { offset, length }: Range,
  signal?: AbortSignal,
): Promise<Buffer> {
  const running = stream(command, args, signal);
  const chunks: Buffer[] = [];
  let at = 0;
  for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
    const from = Math.max(0, offset - at);
    chunks.push(chunk.subarray(Math.min(from, chunk.length), Math.max(0, offset + length - at)));
    at += chunk.length;
    if (at >= offset + length) {
      await running.stop();
      return Buffer.concat(chunks);
    }
  }
  await running.done;
  return Buffer.concat(chunks);
}
