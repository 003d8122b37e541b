/** What is in the in-RAM installer, by Debian's names. */

/** Packages whose files the installer is picked from; the kernel's package comes on top. */
export const installerPackages = [
  'bash',
  'btrfs-progs',
  'busybox-static',
  'curl',
  'dash',
  'dosfstools',
  'e2fsprogs',
  'efibootmgr',
  'fdisk',
  'grub-efi-amd64-bin',
  'grub-pc-bin',
  'grub2-common',
  'iproute2',
  'kmod',
  'openssl',
  'tar',
  'util-linux',
  'xfsprogs',
  'xz-utils',
  'zstd',
] as const;

/**
 * Programs with all libraries that they need. Everything else that a script may want is an applet
 * of busybox (which is static); these are here because busybox has no such thing, or a lesser one (tar: no extended
 * attributes; openssl: SHA-256 five times as fast).
 */
export const installerPrograms = [
  'bin/bash',
  'bin/btrfs',
  'bin/curl',
  'bin/dash',
  'bin/efibootmgr',
  'bin/ip',
  'bin/kmod',
  'bin/lsblk',
  'bin/openssl',
  'bin/setsid',
  'bin/tar',
  'bin/xz',
  'bin/zstd',
  'sbin/blkdiscard',
  'sbin/blkid',
  'sbin/blockdev',
  'sbin/e2fsck',
  'sbin/grub-install',
  'sbin/mke2fs',
  'sbin/mkfs.ext4',
  'sbin/mkfs.vfat',
  'sbin/modprobe',
  'sbin/resize2fs',
  'sbin/sfdisk',
  'sbin/wipefs',
  'sbin/xfs_growfs',
] as const;

/** Files below /usr that are taken as they are: GRUB's images, the modules kept. */
export const installerData = [
  /^lib\/grub\/(i386-pc|x86_64-efi)\/[^/]+\.(mod|lst|img|sh)$/,
  /^lib\/modules\/[^/]+\/(kernel\/|modules\.)/,
  // FAT's names are in code page 850
  /^lib\/[^/]+\/gconv\/(IBM850\.so|gconv-modules(\.d\/.*)?)$/,
];

/**
 * Configuration that the programs above look for. mke2fs makes no feature that a GRUB or kernel of
 * the last ten years does not read: what is installed may be older than this installer.
 */
export const installerFiles: Readonly<Record<string, string>> = {
  'etc/group': 'root:x:0:\ndisk:x:6:\ntty:x:5:\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  'etc/mke2fs.conf':
    '[defaults]\nbase_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr\n' +
    'default_mntopts = acl,user_xattr\nenable_periodic_fsck = 0\nblocksize = 4096\n' +
    'inode_size = 256\ninode_ratio = 16384\n[fs_types]\next4 = {\n' +
    'features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize\n}\n',
  'etc/nsswitch.conf': 'hosts: files dns\npasswd: files\ngroup: files\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
};

/**
 * Kernel modules for servers and virtual machines, with all that they depend on. A name that the
 * kernel does not have (built in, or not for this architecture) is left out without a word.
 * Cards whose firmware is not free get no link: Debian's main archive has no firmware for them.
 */
export const installerModules = [
  // disks
  ...['ahci', 'ata_generic', 'ata_piix', 'nvme', 'sd_mod', 'virtio_blk', 'virtio_scsi'],
  ...['3w_9xxx', '3w_sas', 'aacraid', 'arcmsr', 'hpsa', 'isci', 'megaraid_sas', 'mpt3sas'],
  ...['mptsas', 'mptspi', 'mvsas', 'pm80xx', 'smartpqi'],
  ...['hv_storvsc', 'vmw_pvscsi', 'xen_blkfront', 'mmc_block', 'sdhci_acpi', 'sdhci_pci'],
  // network
  ...['e1000', 'e1000e', 'igb', 'igbvf', 'igc', 'ixgbe', 'ixgbevf', 'i40e', 'iavf', 'ice'],
  ...['bnx2', 'bnx2x', 'bnxt_en', 'tg3', 'mlx4_en', 'mlx5_core', 'qede', 'sfc', 'cxgb4', 'nfp'],
  ...['8139cp', 'atlantic', 'be2net', 'enic', 'r8169'],
  ...['ena', 'gve', 'hv_netvsc', 'virtio_net', 'vmxnet3', 'xen_netfront'],
  ...['8021q', 'af_packet', 'bonding', 'ipv6'],
  // buses, keyboards for a console
  ...['virtio_pci', 'virtio_mmio', 'virtio_rng', 'virtio_console', 'hv_vmbus', 'hyperv_keyboard'],
  ...['ehci_pci', 'xhci_pci', 'uas', 'usb_storage', 'usbhid', 'hid_generic'],
  // file systems and what they compute with
  ...['btrfs', 'ext4', 'vfat', 'xfs', 'efivarfs', 'loop'],
  ...['nls_ascii', 'nls_cp437', 'nls_iso8859_1', 'nls_utf8'],
  ...['crc32c_generic', 'crc32c_intel', 'sha256_generic', 'xxhash_generic', 'blake2b_generic'],
] as const;
