/** Boot Loader Specification entries (uapi-group.org/specifications, type 1). Pure. */
import { checkCommandLine } from '@resole/protocol';

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
 * For GRUB's blscfg, which takes the options for words of its own language.
 * @throws ResoleError `invalid-input`
 */
export function blsEntry(entry: BlsEntry): string {
  checkCommandLine(entry.commandLine, 'bls');
  // Entries are sorted by version; ours must never become the default, so it is the lowest.
  const lines = ['version 0', 'grub_users $grub_users', 'grub_arg --unrestricted'];
  return systemdBootEntry(entry) + [...lines, ''].join('\n');
}
