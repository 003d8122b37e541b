/** Boot Loader Specification entries (uapi-group.org/specifications, type 1). Pure. */
import { ResoleError } from '@resole/protocol';
import { checkCommandLine } from '../command-line.ts';

export interface BlsEntry {
  job: string;
  /** Paths from the root of the file system that holds the entries. */
  kernel: string;
  initrd: string;
  commandLine: string;
}

/** For systemd-boot, which hands the options on as they are. */
export const systemdBootEntry = ({ job, kernel, initrd, commandLine }: BlsEntry): string =>
  [
    `title Resole job ${job}`,
    `linux ${kernel}`,
    `initrd ${initrd}`,
    `options ${commandLine}`,
    '',
  ].join('\n');

/**
 * For GRUB's blscfg, which expands variables in the options and then parses them as its own
 * language: only what means nothing to it may be there.
 * @throws ResoleError `invalid-input`
 */
export function blsEntry(entry: BlsEntry): string {
  checkCommandLine(entry.commandLine);
  const odd = /[^A-Za-z0-9_=.,:/@%+\-[\]~ ]/.exec(entry.commandLine);
  if (odd !== null) {
    const problem = `GRUB's blscfg would not hand on ${odd[0]} in a kernel command line`;
    throw new ResoleError('invalid-input', problem, { remedy: 'use --method kexec' });
  }
  // Entries are sorted by version; ours must never become the default, so it is the lowest.
  const lines = ['version 0', 'grub_users $grub_users', 'grub_arg --unrestricted'];
  return systemdBootEntry(entry) + [...lines, ''].join('\n');
}
