/** A folder of this host: an unpacked tree, or a medium that is mounted. */
import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, receive } from '../receive.ts';
import type { TreeReader } from '../tree.ts';
import type { Source } from './source.ts';

/** Metadata files are small; more than this is read only by ranges. */
const largestFile = 64 * 1024 * 1024;

export const folderReader = (folder: string): TreeReader => ({
  list: (below) => readdir(join(folder, below)).catch(() => undefined),
  size: async (path) => {
    const found = await stat(join(folder, path)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  },
  read: async (path, range = { offset: 0, length: largestFile }) => {
    const file = await open(join(folder, path)).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const found = await file.stat();
      if (!found.isFile()) return undefined;
      const length = Math.max(0, Math.min(range.length, found.size - range.offset));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, range.offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
});

export function folderSource(folder: string): Source {
  return {
    ...folderReader(folder),
    name: folder,
    folder,
    copy: async (target, _paths, control) => {
      let total = 0;
      for await (const { kind, size } of walk(folder)) if (kind === 'file') total += size;
      return await receive(walk(folder), target, { ...control, total });
    },
    close: async () => {},
  };
}

/** Everything below a folder, parents first; no symbolic link is followed. */
async function* walk(folder: string, below = ''): AsyncGenerator<Entry> {
  const names = (await readdir(join(folder, below))).sort();
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`;
    const place = join(folder, path);
    const found = await lstat(place);
    const entry = {
      path,
      size: found.size,
      mtime: Math.floor(found.mtimeMs / 1000),
      rewinds: false,
      open: (offset: number) => createReadStream(place, { start: offset }),
      skip: () => {},
    };
    if (found.isDirectory()) {
      yield { ...entry, kind: 'folder' };
      yield* walk(folder, path);
    } else if (found.isSymbolicLink()) {
      yield { ...entry, kind: 'symlink', target: await readlink(place) };
    } else if (found.isFile()) yield { ...entry, kind: 'file' };
  }
}
