/** From what was recognised to the fields of a distro, and to words. */
import { resolve } from 'node:path';
import type { DistroInput } from '@resole/protocol';
import type { Recognised } from './recognise.ts';

/** Where the distro's files are, or will be. */
export interface Placed {
  name: string;
  folder: string;
  /** Address of a tree that is not copied. */
  staysAt: string | undefined;
  /** Absolute paths in place of the tree's own. */
  kernel: string | undefined;
  initrd: string | undefined;
}

/** Without size and checksum of the files. */
export function distroOf(recognised: Recognised, placed: Placed): DistroInput {
  const { signature, version, arch, kernelOptions, vars, osRelease, cdOnly } = recognised;
  // What only boots from a CD is replaced, by which files is known later.
  const kernel = placed.kernel ?? (cdOnly ? undefined : recognised.kernel);
  const initrd = placed.initrd ?? (cdOnly ? undefined : recognised.initrd);
  return {
    name: placed.name,
    family: signature.family,
    breed: signature.breed,
    version,
    arch,
    ...(kernel === undefined ? {} : { kernel: { path: resolve(placed.folder, kernel) } }),
    ...(initrd === undefined ? {} : { initrd: { path: resolve(placed.folder, initrd) } }),
    ...(signature.servesTree === false ? {} : { tree: placed.staysAt ?? placed.folder }),
    ...(osRelease === undefined ? {} : { osRelease }),
    ...(Object.keys(kernelOptions).length === 0 ? {} : { kernelOptions }),
    ...(Object.keys(vars).length === 0 ? {} : { vars }),
  };
}

/** As in `debian-12.5.0-x86_64`; without the architecture for a tree that has several. */
export function nameOf(recognised: readonly Recognised[]): string {
  const [first] = recognised;
  if (first === undefined) return '';
  const { signature, version, arch } = first;
  const words = [signature.id];
  if (version !== 'unknown') words.push(version);
  if (recognised.length === 1) words.push(arch);
  return words
    .join('-')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 50);
}

/** What the operator should know. `ownBoot`: kernel and initrd are others than the tree's. */
export function notesOf(
  { signature, version, cdOnly, arch }: Recognised,
  isIso: boolean,
  ownBoot: boolean,
): string[] {
  const notes: string[] = [];
  if (version === 'unknown')
    notes.push('the tree does not tell its version: give it by --os-version');
  if (cdOnly && !ownBoot) {
    notes.push(
      `the ${arch} medium boots only from a CD: kernel and initrd are those of Debian’s network installer`,
    );
  }
  if (signature.keepsIso && !isIso) {
    notes.push(
      'this installer fetches its medium as one ISO file, which an unpacked tree lacks: import the ISO',
    );
  }
  return notes;
}
