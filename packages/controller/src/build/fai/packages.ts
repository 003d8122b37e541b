/** Which Debian packages FAI's three trees are made of. Tried with Debian 12. */

/**
 * `cloud` knows virtual hardware only (virtio, Xen, Hyper-V, NVMe): small, quick to boot.
 * `generic` runs on real servers.
 */
export type KernelFlavour = 'cloud' | 'generic';

export const kernelPackages: Record<KernelFlavour, string> = {
  cloud: 'linux-image-cloud-amd64',
  generic: 'linux-image-amd64',
};

/** Releases whose FAI and dracut this builder was written for. */
export const suites: readonly string[] = ['bookworm'];

/** Where FAI's server side runs, and squashfs is packed. */
export const toolPackages = [
  'fai-server',
  'iproute2',
  'mount',
  'patch',
  'procps',
  'squashfs-tools',
  'tzdata',
  'xz-utils',
  'zstd',
];

/** Below the installer's own packages: what FAI expects to be there. */
export const installerBasePackages = ['ca-certificates', 'iproute2', 'kmod', 'procps', 'udev'];

/** FAI's package list for the installer (the "nfsroot"), in its package_config format. */
export const installerPackageConfig = (kernel: KernelFlavour, more: readonly string[]): string => `\
PACKAGES install-norec
dracut live-boot- initramfs-tools- dracut-config-generic dracut-network dracut-live
sysvinit-core systemd-sysv-
fai-nfsroot fai-setup-storage
curl dosfstools fdisk file gpg isc-dhcp-client iputils-arping less psmisc zstd
${more.join(' ')}

PACKAGES install-norec AMD64
${kernelPackages[kernel]}
`;

/**
 * The operating system that the installer unpacks: complete, so that an installation takes nothing
 * from a package mirror, and ready for the next reinstall (kexec-tools, efibootmgr).
 */
export const systemPackages = (kernel: KernelFlavour): string[] => [
  kernelPackages[kernel],
  'ca-certificates',
  'curl',
  'dbus',
  'efibootmgr',
  'grub-efi-amd64-bin',
  'grub-efi-amd64-signed',
  'grub-pc',
  'initramfs-tools',
  'iproute2',
  'iputils-ping',
  'kexec-tools',
  'kmod',
  'less',
  'libstdc++6',
  'netbase',
  'openssh-server',
  'procps',
  'shim-signed',
  'systemd-resolved',
  'systemd-sysv',
  'systemd-timesyncd',
  'udev',
  'zstd',
];
