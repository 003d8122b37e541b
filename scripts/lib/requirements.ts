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
  { package: 'busybox-static', why: "runs and checks scripts of debian-installer's shell" },
  { package: 'cloud-init', why: 'checks user-data of cloud images and of the Ubuntu installer' },
  { package: 'dash', why: 'checks shell scripts of answer files' },
  { package: 'debconf', why: 'debconf-set-selections checks preseeds' },
  { package: 'libxml2-utils', why: 'xmllint checks AutoYaST profiles and autounattend.xml' },
  { package: 'netplan.io', why: 'checks the network configuration of Ubuntu and cloud images' },
];

/** What `resole import` reads media and mirrors with, and what tests make them with. */
const importing: Requirement[] = [
  { package: '7zip', why: '7zz reads UDF media (Windows)' },
  { package: 'genisoimage', why: 'makes the ISOs of tests' },
  { package: 'libarchive-tools', why: 'bsdtar reads ISO 9660 media' },
  { package: 'rsync', why: 'copies trees from mirrors' },
  { package: 'squashfs-tools', why: "packs FAI's nfsroot" },
];

/** Servers that `resole enchant` is tried on without a machine. */
const servers: Requirement[] = [
  { package: 'bsdutils', why: 'script makes the terminals at which people are asked' },
  { package: 'openssh-server', why: 'sshd is what enchant logs in to' },
  { package: 'sudo', why: 'enchant becomes root by it' },
];

/** What `scripts/package-agent` and its test need. */
const packaging: Requirement[] = [
  { package: 'binutils-aarch64-linux-gnu', why: 'strips the executable for aarch64' },
  { package: 'dpkg', why: 'dpkg-deb makes packages for Debian and Ubuntu' },
  { package: 'file', why: 'says what an executable is for' },
  { package: 'qemu-user-static', why: 'runs the executable for aarch64' },
  { package: 'rpm', why: 'rpmbuild makes packages for Red Hat, SUSE and the like' },
  { package: 'systemd', why: "checks units, and runs the agent's update through a power cut" },
  { package: 'wget', why: 'agent.sh has to work with it too' },
];

/** What the in-RAM installer's fetching is tried with on this host. */
const fetching: Requirement[] = [
  { package: 'curl', why: "runs the in-RAM installer's fetching in a test" },
  { package: 'openssl', why: "checksums of the in-RAM installer's fetching in a test" },
];

/** What the virtual machines of tests and quickstart need. */
const machines: Requirement[] = [
  { package: 'openssh-client', why: 'commands in the virtual machines' },
  { package: 'ovmf', why: 'UEFI firmware' },
  { package: 'qemu-system-x86', why: 'virtual machines' },
  { package: 'qemu-utils', why: 'disk overlays' },
  {
    package: 'util-linux',
    why: 'flock and setpriv: nothing is built twice, nothing is left running',
  },
];

/** Power systems that tests speak to, and programs that speak to ours. */
const power: Requirement[] = [
  { package: 'etherwake', why: 'a magic packet to compare ours with' },
  { package: 'fence-agents', why: 'fence_dummy and fence_redfish are peers of the power drivers' },
  { package: 'ipmitool', why: 'speaks IPMI to BMCs' },
  { package: 'iproute2', why: 'ss sees when a BMC listens' },
  { package: 'ipxe', why: 'what UEFI firmware is given in a test of network boots' },
  { package: 'openipmi', why: 'ipmi_sim is a BMC' },
  {
    package: 'python3-sushy',
    why: "OpenStack's Redfish client tries the Redfish server of the tests",
  },
  { package: 'redfishtool', why: "DMTF's Redfish client does too" },
  { package: 'wakeonlan', why: 'another magic packet to compare ours with' },
];

/** What makes virtual guests. */
const guests: Requirement[] = [
  { package: 'dnsmasq-base', why: "libvirt's networks answer a guest that boots by PXE" },
  { package: 'iproute2', why: "the guests' test has a network of its own" },
  { package: 'libvirt-clients', why: 'virsh' },
  { package: 'libvirt-daemon', why: 'runs the guests' },
  { package: 'libvirt-daemon-driver-lxc', why: 'runs the containers' },
  { package: 'libvirt-daemon-driver-qemu', why: 'runs them by QEMU' },
  { package: 'virtinst', why: 'virt-install makes them' },
];

/** What `scripts/quickstart` needs: to build an old and a new OS, and a machine that becomes it. */
export const quickstartRequirements: readonly Requirement[] = [...building, ...machines];

export const requirements: readonly Requirement[] = [
  ...building,
  ...checking,
  ...fetching,
  ...guests,
  ...importing,
  ...machines,
  ...packaging,
  ...power,
  ...servers,
].sort((a, b) => (a.package < b.package ? -1 : 1));
