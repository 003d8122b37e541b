/** The operating system that is installed by default: a small Debian server. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { bootstrap } from '../debian.ts';

export interface RootTreeOptions {
  /** Debian release. */
  suite: string;
  /** As `debianMirror` returns it. */
  mirror: string;
  /** More packages. */
  include?: readonly string[] | undefined;
  /** The kernel's package: `linux-image-amd64` for real servers, by default that for VMs. */
  kernelPackage?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Label of the root file system in a disk image. */
export const rootLabel = 'root';

const packages = [
  ...['systemd-sysv', 'systemd-timesyncd', 'dbus', 'udev', 'e2fsprogs', 'procps'],
  ...['openssh-server', 'iproute2', 'iputils-ping', 'curl', 'ca-certificates'],
  ...['initramfs-tools', 'zstd', 'grub-pc', 'grub-efi-amd64-bin', 'efibootmgr'],
  // what firmwares with Secure Boot start; grub-install takes it by itself
  ...['shim-signed', 'grub-efi-amd64-signed'],
  // the agent's library, and what it reinstalls this machine with the next time
  ...['libstdc++6', 'kexec-tools'],
];

/**
 * What is there before the packages are configured, so that they make the initrd only once:
 * drivers for other hardware than the build host's; the fastest compression.
 */
const beforePackages = [
  'mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/default/grub.d"',
  'printf "MODULES=most\\nCOMPRESS=zstd\\nCOMPRESSLEVEL=1\\n" >"$1/etc/initramfs-tools/conf.d/resole"',
  'printf "GRUB_TIMEOUT=1\\nGRUB_DISABLE_OS_PROBER=true\\n" >"$1/etc/default/grub.d/10-resole.cfg"',
].join(' && ');

const afterPackages = [
  // The build's own shortcut must not stay: dpkg is to be safe against power cuts.
  'rm -f "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"',
  // A reboot is a reboot: Debian's default makes it a kexec whenever a kernel is loaded.
  'sed -i "s/^LOAD_KEXEC=.*/LOAD_KEXEC=false/" "$1/etc/default/kexec"',
  'chroot "$1" systemctl enable systemd-networkd.service ssh.service',
  // No two machines may have the same of these.
  'rm -f "$1"/etc/ssh/ssh_host_* "$1/var/lib/dbus/machine-id"',
  ': >"$1/etc/machine-id" && : >"$1/etc/resolv.conf"',
  // The build host's name and hosts are nobody else's business.
  'echo debian >"$1/etc/hostname"',
  'printf "127.0.0.1 localhost\\n::1 localhost\\n" >"$1/etc/hosts"',
].join(' && ');

/** Makes the tree in `target`. There is no password in it: nobody can log in before keys are set. */
export async function buildRootTree(target: string, options: RootTreeOptions): Promise<void> {
  const {
    suite,
    mirror,
    include = [],
    kernelPackage = 'linux-image-cloud-amd64',
    signal,
  } = options;
  await bootstrap({
    suite,
    mirror,
    variant: 'apt',
    include: [...packages, kernelPackage, ...include],
    hooks: [
      ['setup', beforePackages],
      ['customize', afterPackages],
    ],
    target,
    signal,
  });
  await writeFile(
    join(target, 'etc/fstab'),
    `LABEL=${rootLabel} / ext4 errors=remount-ro 0 1\n` +
      'LABEL=EFI /boot/efi vfat umask=0077,nofail 0 1\n',
  );
  await writeFile(join(target, 'boot/grub/grub.cfg'), await firstGrubConfig(target));
}

/** Boots a disk image until update-grub has run for the first time. */
async function firstGrubConfig(root: string): Promise<string> {
  const names = await readdir(join(root, 'boot'));
  const version = names.find((name) => name.startsWith('vmlinuz-'))?.slice('vmlinuz-'.length);
  if (version === undefined) throw new ResoleError('build-failed', 'there is no kernel in /boot');
  return [
    'set timeout=1',
    `menuentry 'Debian' {`,
    `  linux /boot/vmlinuz-${version} root=LABEL=${rootLabel} ro`,
    `  initrd /boot/initrd.img-${version}`,
    '}\n',
  ].join('\n');
}
