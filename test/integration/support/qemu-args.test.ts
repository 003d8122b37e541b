import { expect, test } from 'vitest';
import { qemuArgs } from '../../support/qemu-args.ts';

const files = { disk: '/d', serial: '/s', qmp: '/q', variables: '/v' };
const hardware = {
  name: 'web1',
  uefi: true,
  memoryMiB: 1024,
  cpus: 2,
  diskSerial: 'RESOLE0001',
  extra: ['-S'],
};

test('the command line of a UEFI machine in emulation', () => {
  expect(
    qemuArgs(hardware, files, 'tcg')
      .join(' ')
      .split(/ (?=-)/),
  ).toEqual([
    '-name web1',
    '-uuid 659a7fb2-af47-8fae-888d-711213d91dc1',
    '-smbios type=1,serial=web1',
    '-machine q35',
    '-accel tcg,thread=multi,tb-size=512',
    '-cpu qemu64',
    '-smp 2',
    '-m 1024',
    '-no-user-config',
    '-nodefaults',
    '-display none',
    '-vga std',
    '-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive if=pflash,format=raw,unit=1,file=/v',
    '-drive if=none,id=disk0,format=qcow2,cache=unsafe,discard=unmap,file=/d',
    '-device virtio-blk-pci,drive=disk0,bootindex=1,serial=RESOLE0001',
    '-netdev user,id=net0',
    '-device virtio-net-pci,netdev=net0,mac=52:54:00:55:0a:37',
    '-object rng-random,id=rng0,filename=/dev/urandom',
    '-device virtio-rng-pci,rng=rng0',
    '-chardev socket,id=serial0,path=/s,server=on,wait=on',
    '-serial chardev:serial0',
    '-qmp unix:/q,server=on,wait=off',
    '-S',
  ]);
});
