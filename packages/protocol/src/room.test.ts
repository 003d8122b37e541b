import { expect, test } from 'vitest';
import type { GuestSpec, VirtHost } from './guest.ts';
import { roomBeside, roomProblems } from './room.ts';

const GiB = 1024 ** 3;
const guest = (name: string): GuestSpec => ({
  name,
  uuid: '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11',
  type: 'qemu',
  cpus: 2,
  memoryMiB: 2048,
  disks: [
    { pool: 'default', bytes: 10 * GiB, format: 'qcow2', bus: 'virtio', serial: 'A' },
    { pool: 'default', bytes: 5 * GiB, format: 'qcow2', bus: 'virtio', serial: 'B' },
  ],
  nic: { mac: '52:54:00:12:34:56', model: 'virtio', bridge: 'br0' },
  firmware: 'bios',
  graphics: 'none',
  autostart: true,
  install: { by: 'pxe' },
});
const host: VirtHost = {
  types: ['qemu'],
  cpus: 4,
  memoryFreeMiB: 5000,
  pools: [{ name: 'default', availableBytes: 40 * GiB }],
  networks: [],
  bridges: ['br0'],
  guests: ['there'],
};

test('there is room for two, not for the third of those that were asked for', () => {
  const problems = (...asked: string[]) =>
    roomProblems(guest('new'), roomBeside(host, asked.map(guest))).map(({ problem }) => problem);
  expect(problems()).toEqual([]);
  expect(problems('a')).toEqual([]);
  expect(problems('a', 'b')).toEqual([
    `pool default has ${10 * GiB} bytes free, ${15 * GiB} are needed`,
    '904 MiB are free, 2048 are needed',
  ]);
  // One that is defined has its disks already.
  expect(problems('a', 'there')).toEqual([]);
});

test('a guest that is made anew gives back what it has', () => {
  const full = { ...host, memoryFreeMiB: 0, pools: [{ name: 'default', availableBytes: 0 }] };
  const held = { [guest('a').uuid]: { memoryMiB: 2048, disks: { default: 15 * GiB } } };
  expect(roomProblems(guest('a'), full)).toHaveLength(2);
  expect(roomProblems(guest('a'), { ...full, held })).toEqual([]);
});

test('everything that is missing, at once', () => {
  const other = { ...guest('a'), type: 'kvm' as const, cpus: 8 };
  const problems = roomProblems({ ...other, nic: { ...other.nic, bridge: 'br9' } }, host);
  expect(problems.map(({ field }) => field)).toEqual(['cpus', 'type', 'nic.bridge']);
  expect(problems[1]?.problem).toBe("the host can't run kvm (but: qemu)");
});
