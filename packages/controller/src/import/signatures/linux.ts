/** Any other Linux with a kernel and an initrd: it boots, and nothing is known of its answers. */
import type { Signature } from '../signature.ts';

const named: Signature['marks'] = [
  {
    path: ['.disk/info', 'etc/os-release', 'usr/lib/os-release'],
    text: [/^(?:\D*? v?(?<version>\d[\w.]*)|(?:.*\n)*?VERSION_ID="?(?<release>[\w.]+))/],
    optional: true,
  },
];

export const linuxSignatures: readonly Signature[] = [
  {
    id: 'linux',
    os: 'other Linux, by its boot menu or usual places of kernel and initrd',
    family: 'linux',
    breed: 'linux',
    marks: named,
    version: ({ version, release }) => version ?? release,
    menus: [
      'isolinux/isolinux.cfg',
      'isolinux/txt.cfg',
      'isolinux/live.cfg',
      'boot/isolinux/isolinux.cfg',
      'boot/syslinux/syslinux.cfg',
      'syslinux/syslinux.cfg',
      'boot/grub/grub.cfg',
      'boot/grub2/grub.cfg',
      'EFI/BOOT/grub.cfg',
      'efi/boot/grub.cfg',
      'loader/entries/*.conf',
    ],
    boots: [
      { kernel: 'images/pxeboot/vmlinuz', initrd: 'images/pxeboot/initrd.img' },
      { kernel: 'casper/vmlinuz', initrd: 'casper/initrd' },
      { kernel: 'live/vmlinuz*', initrd: 'live/initrd.img*' },
      { kernel: 'live/vmlinuz*', initrd: 'live/initrd*' },
      { kernel: 'boot/vmlinuz-lts', initrd: 'boot/initramfs-lts' },
      { kernel: 'arch/boot/x86_64/vmlinuz-linux', initrd: 'arch/boot/x86_64/initramfs-linux.img' },
      { kernel: 'boot/vmlinuz', initrd: 'boot/initrd.img' },
      { kernel: 'boot/vmlinuz', initrd: 'boot/initrd' },
      { kernel: 'vmlinuz', initrd: 'initrd.img' },
      { kernel: 'vmlinuz', initrd: 'initrd' },
      { kernel: 'linux', initrd: 'initrd.gz' },
    ],
  },
];
