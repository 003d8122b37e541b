import { expect, test } from 'vitest';
import { menuEntry } from './menu.ts';

test('isolinux: relative names, initrd among the arguments, and what names the medium left out', () => {
  const text = `default vesamenu.c32
label menu
  kernel vesamenu.c32
label linux
  menu label ^Install
  kernel vmlinuz
  append initrd=initrd.img,extra.img inst.stage2=hd:LABEL=X quiet net.ifnames=0 -- splash
`;
  expect(menuEntry(text, 'isolinux')).toEqual({
    kernel: 'isolinux/vmlinuz',
    initrd: 'isolinux/initrd.img',
    options: { quiet: '', 'net.ifnames': '0', splash: '' },
  });
});

test('GRUB: the first entry that has both', () => {
  const text = `set default=0
menuentry "Check" { linux16 /boot/memtest }
menuentry "Live" {
  linux ($root)/live/vmlinuz boot=live findiso=\${iso_path} root=/dev/sr0
  initrd ($root)/live/initrd.img
}
`;
  expect(menuEntry(text, 'boot/grub')).toEqual({
    kernel: 'live/vmlinuz',
    initrd: 'live/initrd.img',
    options: { boot: 'live' },
  });
});

test('nothing outside of the tree, and no variables', () => {
  expect(menuEntry('linux ../../etc/shadow\ninitrd /x\n', 'boot')).toBeUndefined();
  expect(menuEntry('linux $kernel\ninitrd /x\n', 'boot')).toBeUndefined();
});
