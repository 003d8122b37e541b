/** The operating system that FAI installs, as an archive inside the installer. */
import { join } from 'node:path';
import { bootstrap, removeTree } from '../debian.ts';
import { packFolder } from './pack.ts';
import type { KernelFlavour } from './packages.ts';
import { systemPackages } from './packages.ts';
import type { PartOptions } from './tools-root.ts';

/** Makes the archive that FAI's task extrbase unpacks (its "base file"). Returns its path. */
export async function buildSystemArchive(
  options: PartOptions & {
    /** Debian packages on top of `systemPackages`. */
    packages: readonly string[];
  },
): Promise<string> {
  const { suite, mirror, kernel, packages, work, onLine, signal } = options;
  const folder = join(work, 'system');
  const archive = join(work, 'system.tar.zst');
  await bootstrap({
    suite,
    mirror,
    variant: 'minbase',
    include: [...systemPackages(kernel), ...packages],
    target: folder,
    hooks: [
      ...initrdHooks[kernel],
      // Else Debian turns each later reboot into a kexec.
      [
        'essential',
        'echo kexec-tools kexec-tools/load_kexec boolean false | chroot "$1" debconf-set-selections',
      ],
      ['customize', 'systemctl --root="$1" enable systemd-networkd.service'],
      // What must differ between machines is made when one is installed.
      ['customize', 'rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname "$1"/etc/resolv.conf'],
      ['customize', 'rm -f "$1"/var/lib/dbus/machine-id; : > "$1"/etc/machine-id'],
    ],
    onLine,
    signal,
  });
  await packFolder(folder, archive, { onLine, signal });
  await removeTree(folder);
  return archive;
}

/**
 * The new system's initrd is made here, once, and not on each machine: it must fit them all.
 * Debian's default does, for the generic kernel; virtual machines need far less.
 */
const initrdHooks: Record<KernelFlavour, (readonly ['essential', string])[]> = {
  generic: [],
  cloud: [
    [
      'essential',
      'mkdir -p "$1"/etc/initramfs-tools/conf.d && ' +
        'echo MODULES=list > "$1"/etc/initramfs-tools/conf.d/resole',
    ],
    [
      'essential',
      'printf "%s\\n" virtio_pci virtio_blk virtio_scsi sd_mod nvme ahci xen-blkfront hv_storvsc ext4 ' +
        '> "$1"/etc/initramfs-tools/modules',
    ],
  ],
};
