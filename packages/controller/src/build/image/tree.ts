/** Picking files out of an unpacked root file system in which /bin, /sbin, /lib are links to /usr. */
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { runTool } from '../tools.ts';
import type { CpioEntry } from './cpio.ts';

/** The loader, which knows where it finds libraries (ld.so(8), --list). */
const loader = '/lib64/ld-linux-x86-64.so.2';

/**
 * Shared libraries (and the loader) of programs, as absolute paths in the tree. The tree's own
 * loader is asked, so its architecture must be one that this host runs.
 * @param programs absolute paths in the tree, none of them statically linked
 */
export async function librariesOf(root: string, programs: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    programs.map((program) => runTool('chroot', [root, loader, '--list', program])),
  );
  const paths = lists.join('\n').matchAll(/(?:^|=>)\s*(\/\S+) \(0x/gm);
  return [...new Set([loader, ...[...paths].map((match) => match[1] ?? '')])].sort();
}

/** All files below `folder` of the tree, relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/**
 * Archive entries for files of the tree: themselves, what they link to, and the folders above.
 * @param paths absolute paths in the tree
 */
export async function* entriesOf(
  root: string,
  paths: readonly string[],
): AsyncGenerator<CpioEntry> {
  const done = new Set<string>(['.', '/']);
  for (const path of paths) yield* entryOf(root, usrPath(path), done);
}

async function* entryOf(root: string, path: string, done: Set<string>): AsyncGenerator<CpioEntry> {
  if (done.has(path)) return;
  done.add(path);
  for (const folder of foldersAbove(path)) {
    if (done.has(folder)) continue;
    done.add(folder);
    yield { path: folder.slice(1), type: 'folder' };
  }
  const source = join(root, path);
  const stat = await lstat(source).catch((cause: unknown) => {
    throw new ResoleError('build-failed', `the installer's packages have no ${path}`, { cause });
  });
  if (stat.isSymbolicLink()) {
    const target = await readlink(source);
    yield { path: path.slice(1), type: 'link', target };
    yield* entryOf(root, usrPath(join(target.startsWith('/') ? '/' : dirname(path), target)), done);
  } else {
    const content = await readFile(source);
    yield { path: path.slice(1), type: 'file', content, executable: (stat.mode & 0o111) !== 0 };
  }
}

/** `/lib/x` is `/usr/lib/x`: the links to /usr are made once, by the caller. */
const usrPath = (path: string): string =>
  normalize(path).replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/');

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === '/' ? [] : [...foldersAbove(above), above];
}
