/** What makes a fresh Debian an "existing server" of ours: files, by path in its root. */

/** Label of its root file system. */
export const rootLabel = 'oldroot';

export interface FileContent {
  text: string;
  mode?: number;
}

/** Small and quick in emulation: only the drivers of QEMU's virtio disk go into the initrd. */
const initrd = {
  'etc/initramfs-tools/conf.d/small': { text: 'MODULES=list\nCOMPRESS=zstd\n' },
  'usr/share/initramfs-tools/modules.d/small': { text: 'virtio_pci\nvirtio_blk\next4\n' },
};

const network = {
  'etc/hostname': { text: 'oldserver\n' },
  'etc/hosts': { text: '127.0.0.1 localhost\n127.0.1.1 oldserver\n' },
  'etc/resolv.conf': { text: 'nameserver 10.0.2.3\n' },
  'etc/systemd/network/80-dhcp.network': {
    text: '[Match]\nName=en* eth*\n\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n',
  },
};

const boot = {
  'etc/fstab': {
    text:
      `LABEL=${rootLabel} / ext4 errors=remount-ro 0 1\n` +
      'LABEL=EFI /boot/efi vfat umask=0077,nofail 0 1\n',
  },
  'etc/default/grub.d/serial.cfg': {
    text: `GRUB_TIMEOUT=0
GRUB_RECORDFAIL_TIMEOUT=0
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=ttyS0 net.ifnames=0"
GRUB_TERMINAL="serial console"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_OS_PROBER=true
`,
  },
};

/** Says on the console when its services are up, which the tests wait for. */
const announce = {
  'etc/systemd/system/announce.service': {
    text: `[Unit]
Description=Say on the console that the old OS is up
After=ssh.service systemd-networkd.service

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo "### UP old-os boot=$(cat /proc/sys/kernel/random/boot_id)" > /dev/console'

[Install]
WantedBy=multi-user.target
`,
  },
};

export const oldOsFiles: Readonly<Record<string, FileContent>> = {
  'etc/old-os': { text: 'This is the old OS.\n' },
  ...initrd,
  ...network,
  ...boot,
  ...announce,
};

/** For the very first boot only: update-grub, which needs the running system, makes the real one. */
export const firstGrubConfig = (kernelVersion: string) => `set timeout=0
serial --unit=0 --speed=115200
terminal_output serial console
menuentry first {
  linux /boot/vmlinuz-${kernelVersion} root=LABEL=${rootLabel} ro console=ttyS0 net.ifnames=0
  initrd /boot/initrd.img-${kernelVersion}
}
`;
