/** What GRUB 2 can be told, by the facts of a machine: the same for a plan and for its agent. Pure. */
import { ResoleError } from './errors.ts';
import type { BootLoader } from './facts.ts';

/** File systems that GRUB 2 has drivers for, among those that Linux boots from. */
const reads = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'vfat', 'msdos', 'f2fs', 'zfs', 'reiserfs', 'jfs'],
]);

/** Why GRUB 2 could not be told to start something once, and only once; the gravest reason first. */
export const grubRefusals = (loader: BootLoader): ResoleError[] => {
  const remedy = 'use --method kexec';
  if (loader.kind !== 'grub') {
    const problem = `the bootloader is ${loader.kind}, not GRUB 2`;
    return [new ResoleError('bootloader-unsupported', problem, { remedy })];
  }
  const { boot, environmentWritable, sourcesCustom, bls } = loader;
  const where = [boot.filesystem, ...boot.stack].join(' on ');
  const found: ResoleError[] = [];
  // An encrypted one would ask for its passphrase on the console.
  if (boot.stack.includes('crypt') || !reads.has(boot.filesystem)) {
    const problem = `GRUB can't read ${boot.directory} unattended: ${where}`;
    found.push(
      new ResoleError('boot-filesystem-unreadable', problem, {
        remedy: `${remedy}, or give the machine a plain /boot`,
      }),
    );
  }
  if (!environmentWritable) {
    const problem =
      `GRUB can't clear its one-time entry in ${loader.environmentFile} (${where}): an installer ` +
      'that fails would be started for ever';
    found.push(new ResoleError('bootloader-not-writable', problem, { remedy }));
  }
  if (!sourcesCustom && !bls) {
    const problem = `grub.cfg in ${loader.directory} reads neither custom.cfg nor BLS entries`;
    found.push(
      new ResoleError('bootloader-config-unusable', problem, {
        remedy: `${remedy}, or restore /etc/grub.d/41_custom and run update-grub there`,
      }),
    );
  }
  if (boot.uuid === undefined) {
    const problem = `the file system of ${boot.directory} has no UUID that GRUB could find it by`;
    found.push(new ResoleError('boot-filesystem-unreadable', problem, { remedy }));
  }
  return found;
};
