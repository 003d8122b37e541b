/** A Debian disk with cloud-init, as distributions publish them: the base that guests are cloned from. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { bootstrap, debianMirror } from '../../packages/controller/src/build/debian.ts';
import { makeDisk } from '../../packages/controller/src/build/disk.ts';
import { cached } from './cache.ts';

const suite = 'bookworm';
const label = 'cloudroot';

const packages = [
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'zstd', 'systemd-sysv', 'dbus', 'udev'],
  ...['cloud-init', 'cloud-guest-utils', 'netplan.io', 'openssh-server', 'iproute2'],
  ...['curl', 'ca-certificates', 'libstdc++6'],
];

/** They would start at a moment of their own and slow an emulated machine down. */
const masked = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer'],
  ...['e2scrub_all.timer', 'e2scrub_reap.service', 'fstrim.timer', 'systemd-timesyncd.service'],
];

/** Nothing in it says who it is, how it is reached or who may come in: all that is cloud-init's. */
const files = {
  'etc/initramfs-tools/conf.d/small': 'MODULES=list\nCOMPRESS=zstd\n',
  'usr/share/initramfs-tools/modules.d/small': 'virtio_pci\nvirtio_blk\next4\n',
  'etc/fstab': `LABEL=${label} / ext4 errors=remount-ro 0 1\n`,
};

const grubConfig = (kernel: string): string => `set timeout=0
serial --unit=0 --speed=115200
terminal_output serial console
menuentry cloud {
  linux /boot/vmlinuz-${kernel} root=LABEL=${label} ro console=ttyS0 net.ifnames=0
  initrd /boot/initrd.img-${kernel}
}
`;

/**
 * The image's path, from the cache or built now (about a minute). Needs root and the packages of
 * scripts/lib/requirements.ts.
 */
export const cloudImage = async (): Promise<string> => {
  const inputs = [1, suite, packages, masked, files, grubConfig('')];
  const folder = await cached('cloud-image', inputs, async (work) => {
    const root = join(work, 'root');
    await makeRoot(root);
    const raw = join(work, 'disk.raw');
    await makeDisk({ root, output: raw, sizeMiB: 2048, label });
    await rm(root, { recursive: true, force: true });
    await execa('qemu-img', ['convert', '-O', 'qcow2', raw, join(work, 'disk.qcow2')]);
    await rm(raw);
  });
  return join(folder, 'disk.qcow2');
};

const makeRoot = async (root: string): Promise<void> => {
  const first = `${root}.files`;
  await writeFiles(first, files);
  // Before the kernel comes: its package makes the initrd after these settings, once.
  const hooks = [['essential', `cp -a '${first}/.' "$1/"`]] as const;
  const mirror = await debianMirror();
  await bootstrap({ suite, mirror, variant: 'apt', include: packages, target: root, hooks });
  await rm(first, { recursive: true });
  await execa('chroot', [root, 'systemctl', 'enable', 'systemd-networkd', 'serial-getty@ttyS0']);
  await execa('chroot', [root, 'systemctl', 'mask', ...masked]);
  const kernel = (await readdir(join(root, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error('the kernel package brought no kernel');
  await writeFiles(root, {
    'boot/grub/grub.cfg': grubConfig(kernel.slice('vmlinuz-'.length)),
    'etc/machine-id': '',
    'etc/hostname': 'image\n',
  });
  const entries = await readdir(join(root, 'etc/ssh'));
  for (const name of entries.filter((each) => each.startsWith('ssh_host_'))) {
    await rm(join(root, 'etc/ssh', name));
  }
};

const writeFiles = async (root: string, texts: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
};
