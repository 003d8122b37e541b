import { join } from 'node:path';
import type { GuestSpec } from '@resole/protocol';
import { expect, test } from 'vitest';
import { virtInstallArguments } from './arguments.ts';
import { understood } from './virt-install.fixture.ts';

const golden = join(import.meta.dirname, '../../../../../test/golden/virt');

const guest: GuestSpec = {
  name: 'web7',
  uuid: '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11',
  type: 'qemu',
  cpus: 2,
  memoryMiB: 2048,
  disks: [
    {
      pool: 'default',
      bytes: 10 * 1024 ** 3,
      format: 'qcow2',
      bus: 'virtio',
      serial: '0B0EC7D4-0',
    },
  ],
  nic: { mac: '52:54:00:12:34:56', model: 'virtio', network: 'default' },
  firmware: 'bios',
  graphics: 'none',
  autostart: true,
  install: { by: 'kernel', commandLine: 'console=ttyS0,115200 url=http://192.0.2.1/p/T/x quiet' },
};
/** What a plan says of disks and cards where nobody says otherwise. */
const onXen = {
  disks: guest.disks.map((disk) => ({ ...disk, bus: 'xen' as const })),
  nic: { ...guest.nic, model: 'netfront' },
};
const files = { kernel: '/boot/k', initrd: '/boot/i', medium: '/images/m.iso' };

const cases: Record<string, GuestSpec> = {
  kernel: guest,
  'uefi-secure-bridge-two-disks': {
    ...guest,
    machine: 'q35',
    firmware: 'uefi-secure',
    graphics: 'vnc',
    cpuModel: 'host-passthrough',
    osVariant: 'debian11',
    autostart: false,
    nic: { mac: guest.nic.mac, model: 'e1000', bridge: 'br0' },
    disks: [
      ...guest.disks,
      { pool: 'fast', bytes: 1024 ** 3, format: 'raw', bus: 'scsi', serial: '0B0EC7D4-1' },
    ],
    install: { by: 'iso' },
  },
  pxe: { ...guest, install: { by: 'pxe' } },
  import: { ...guest, install: { by: 'import' } },
  clone: { ...guest, install: { by: 'clone', seedUrl: 'http://192.0.2.1:8080/p/T/answer-file/' } },
  'xen-pv': { ...guest, ...onXen, type: 'xen-pv' },
  'xen-hvm': { ...guest, ...onXen, type: 'xen-hvm', install: { by: 'pxe' } },
  lxc: { ...guest, type: 'lxc', disks: [] },
};

test.each(Object.entries(cases))('the whole command line: %s', async (name, spec) => {
  const text = `virt-install\n${virtInstallArguments(spec, files).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot(join(golden, `${name}.txt`));
});

test.each(Object.entries(cases))('what virt-install makes of it: %s', async (name, spec) => {
  const xml = await understood(spec, files);
  await expect(xml).toMatchFileSnapshot(join(golden, `${name}.xml`));
});
