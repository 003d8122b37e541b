/** Kernel and initrd of a tree: the first pair of a signature of which both are there. */
import type { Arch } from '@resole/protocol';
import { expand, fill } from './fill.ts';
import { archOf, headBytes } from './formats/kernel.ts';
import { menuEntry } from './formats/menu.ts';
import type { Boot, Found, Signature } from './signature.ts';
import type { RecordingReader } from './tree.ts';

export interface Pair {
  kernel: string;
  initrd?: string;
  cdOnly?: true;
  options?: Record<string, string>;
}

/** @param archKnown whether the tree says itself what architecture it is for. */
export async function pairsOf(
  { boots = [], menus = [] }: Signature,
  names: Found,
  arch: Arch,
  archKnown: boolean,
  reader: RecordingReader,
): Promise<Pair | undefined> {
  const fits = async (pattern: string, kernel: string) =>
    archKnown || /\{(arch|debian)\}/.test(pattern) || (await kernelArch(kernel, reader)) === arch;
  for (const menu of menus) {
    for (const { path } of await expand(menu, reader)) {
      const text = (await reader.read(path))?.toString('utf8');
      const entry = text && menuEntry(text, path.split('/').slice(0, -1).join('/'));
      if (!entry || !(await there(entry, reader))) continue;
      if (await fits('', entry.kernel)) return entry;
    }
  }
  for (const boot of boots) {
    if (boot.arch !== undefined && boot.arch !== arch) continue;
    const pair = await pairOf(boot, names, reader);
    if (pair === undefined) continue;
    if (boot.arch !== undefined || (await fits(boot.kernel, pair.kernel))) return pair;
  }
  return undefined;
}

async function pairOf(
  boot: Boot,
  names: Found,
  reader: RecordingReader,
): Promise<Pair | undefined> {
  const pattern = fill(boot.kernel, names);
  if (pattern === undefined) return undefined;
  // The newest kernel is the last one.
  for (const { path: kernel, star } of (await expand(pattern, reader)).reverse()) {
    const initrd =
      boot.initrd && fill(star === undefined ? boot.initrd : boot.initrd.replace('*', star), names);
    const pair = {
      kernel,
      ...(initrd === undefined ? {} : { initrd }),
      ...(boot.cdOnly ? { cdOnly: boot.cdOnly } : {}),
    };
    if (await there(pair, reader)) return pair;
  }
  return undefined;
}

const there = async ({ kernel, initrd }: Pair, reader: RecordingReader): Promise<boolean> =>
  (await reader.size(kernel)) !== undefined &&
  (initrd === undefined || (await reader.size(initrd)) !== undefined);

async function kernelArch(path: string, reader: RecordingReader): Promise<Arch | undefined> {
  const head = await reader.read(path, { offset: 0, length: headBytes });
  return head && archOf(head);
}
