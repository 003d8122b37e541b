import { join } from 'node:path';
import type { GuestSpec } from '@resole/protocol';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { virtInstallArguments } from './arguments.ts';

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
const files = { kernel: '/boot/k', initrd: '/boot/i', medium: '/images/m.iso' };

const cases: Record<string, GuestSpec> = {
  kernel: guest,
  'uefi-secure-bridge-two-disks': {
    ...guest,
    machine: 'q35',
    firmware: 'uefi-secure',
    graphics: 'vnc',
    cpuModel: 'host-passthrough',
    osVariant: 'debian12',
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
  'xen-pv': { ...guest, type: 'xen-pv' },
  'xen-hvm': { ...guest, type: 'xen-hvm', install: { by: 'pxe' } },
  lxc: { ...guest, type: 'lxc', disks: [] },
};

test.each(Object.entries(cases))('the whole command line: %s', async (name, spec) => {
  const text = `virt-install\n${virtInstallArguments(spec, files).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot(join(golden, `${name}.txt`));
});

/** libvirt's built-in test driver stands in for the host; it has no disks of ours. */
const understood = async (spec: GuestSpec): Promise<string> => {
  // virt-install wants to find its files; any will do.
  const there = { kernel: process.execPath, initrd: process.execPath };
  const args = virtInstallArguments({ ...spec, disks: [] }, there);
  const { stdout } = await execa('virt-install', [
    ...args
      .filter((_, index) => args[index] !== '--virt-type' && args[index - 1] !== '--virt-type')
      .map((word) => (word.endsWith(':///system') ? 'test:///default' : word)),
    '--print-xml',
  ]);
  return stdout;
};

test('virt-install itself understands it, commas and all', async () => {
  const xml = await understood(guest);
  expect(xml).toContain('<cmdline>console=ttyS0,115200 url=http://192.0.2.1/p/T/x quiet</cmdline>');
  expect(xml).toContain(`<uuid>${guest.uuid}</uuid>`);
  expect(xml).toContain('<mac address="52:54:00:12:34:56"/>');
  expect(xml).toContain('append="on"');
});

test.each([
  ['xen-pv', '<type arch="i686">xen</type>'],
  ['xen-hvm', '<type arch="i686">hvm</type>'],
])('%s is what it becomes', async (name, type) => {
  const { nic, ...spec } = cases[name] ?? guest;
  // The test driver has no Xen's own network card.
  expect(await understood({ ...spec, nic: { ...nic, model: 'virtio' } })).toContain(type);
});

test('cloud-init is told where its seed is', async () => {
  const xml = await understood(cases.clone ?? guest);
  expect(xml).toContain('ds=nocloud;dsmode=net;s=http://192.0.2.1:8080/p/T/answer-file/');
});
