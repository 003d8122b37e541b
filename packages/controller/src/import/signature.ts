/** What a row of the table of signatures says: how a tree is recognised, and what is made of it. */
import type { Arch, Family } from '@resole/protocol';
import type { TreeReader } from './tree.ts';

/** What was read from a tree's own files: `version`, `arch`, `codename` … as they stand there. */
export type Found = Readonly<Record<string, string>>;

/** Reads facts from a file that is no text; undefined where it is not what was expected. */
export type Probe = (reader: TreeReader, path: string) => Promise<Found | undefined>;

/** A file that must be there. */
export interface Mark {
  /**
   * Where; of several the first that is there and fits. `{codename}` and the like stand for what
   * earlier marks found; one `*` for any one name of a folder, and each that fits counts on its own.
   */
  path: string | readonly string[];
  /** Each must match; what named groups match becomes facts. */
  text?: readonly RegExp[];
  probe?: Probe;
  /** Without it the tree is recognised as well, only with fewer facts. */
  optional?: true;
}

/**
 * Kernel and initrd, of which both must be there. Paths as in marks, and also `{arch}` (x86_64,
 * aarch64) and `{debian}` (amd64, arm64); a `*` in the initrd is what it was in the kernel.
 */
export interface Boot {
  kernel: string;
  initrd?: string;
  /** The pair is of this architecture; without it and without `{arch}` the facts decide. */
  arch?: Arch;
  /** This initrd looks for its packages on a CD and can't fetch them. */
  cdOnly?: true;
}

export interface Signature {
  /** First part of the distro's name, as in `debian`. */
  id: string;
  /** What is recognised, for people. */
  os: string;
  family: Family;
  breed: string;
  marks: readonly Mark[];
  /** Pairs in order of preference; absent: what this OS boots is not one kernel and one initrd. */
  boots?: readonly Boot[];
  /** Boot menus of the medium (isolinux, GRUB, systemd-boot) that name the pair. */
  menus?: readonly string[];
  /** Files of which one is there where the tree is for an architecture. */
  arches?: Readonly<Record<Arch, readonly string[]>>;
  /** From facts to the version; default: the fact `version`. */
  version?: (found: Found) => string | undefined;
  /** ID of the installed OS's os-release, and how much of the version its VERSION_ID has. */
  osRelease?: { id: string; versionId: 'none' | 'major' | 'minor' | 'whole' };
  kernelOptions?: Readonly<Record<string, string>>;
  /** Variables of the default answer file that the distro's name may not tell; `{version}` is known. */
  vars?: Readonly<Record<string, string>>;
  /** Checksum files beside the usual ones (sums.ts), in the notation of SHA256SUMS. */
  sums?: readonly string[];
  /** false: what is imported is an installer without packages; it is not served as a tree. */
  servesTree?: false;
  /** The installer fetches the ISO itself: a copy of it is kept in the tree. */
  keepsIso?: true;
  /** It is known, and can't be installed from without people: why, and what to do. */
  refused?: { problem: string; remedy: string };
  /** The tree is a root file system that becomes a SquashFS image. */
  squash?: true;
}
