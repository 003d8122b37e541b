/** Every Debian package that the scripts and the end-to-end tests need on this host, and why. */

export interface Requirement {
  package: string;
  why: string;
}

/** What `resole distro build …` needs to make installers. */
const building: Requirement[] = [
  { package: 'ca-certificates', why: 'mirrors over HTTPS' },
  { package: 'debian-archive-keyring', why: 'checks the signatures of Debian packages' },
  { package: 'dosfstools', why: 'mkfs.vfat makes the EFI system partition' },
  { package: 'e2fsprogs', why: 'mke2fs fills a root file system from a folder' },
  { package: 'fdisk', why: 'sfdisk writes partition tables' },
  { package: 'grub-common', why: 'grub-mkimage links the bootloader' },
  { package: 'grub-efi-amd64-bin', why: 'GRUB for UEFI' },
  { package: 'grub-pc-bin', why: 'GRUB for BIOS' },
  { package: 'mmdebstrap', why: 'makes Debian root file systems' },
  { package: 'mount', why: 'binds /dev, /proc and /sys into a root that packages are run in' },
  { package: 'mtools', why: 'writes into the EFI system partition without mounting it' },
  { package: 'zstd', why: 'packs images' },
];

/** The programs that answer files are checked with. */
const checking: Requirement[] = [
  { package: 'cloud-init', why: 'checks user-data of cloud images and of the Ubuntu installer' },
  { package: 'dash', why: 'checks shell scripts of answer files' },
  { package: 'debconf', why: 'debconf-set-selections checks preseeds' },
  { package: 'libxml2-utils', why: 'xmllint checks AutoYaST profiles and autounattend.xml' },
];

/** What the virtual machines of tests and quickstart need. */
const machines: Requirement[] = [
  { package: 'curl', why: "runs the in-RAM installer's fetching in a test" },
  { package: 'openssl', why: "checksums of the in-RAM installer's fetching in a test" },
  { package: 'openssh-client', why: 'commands in the virtual machines' },
  { package: 'ovmf', why: 'UEFI firmware' },
  { package: 'qemu-system-x86', why: 'virtual machines' },
  { package: 'qemu-utils', why: 'disk overlays' },
  {
    package: 'util-linux',
    why: 'flock and setpriv: nothing is built twice, nothing is left running',
  },
];

export const requirements: readonly Requirement[] = [...building, ...checking, ...machines].sort(
  (a, b) => (a.package < b.package ? -1 : 1),
);
