import { type BootLoader, type Facts, grubRefusals, type Step } from '@resole/protocol';
import { expect, test } from 'vitest';
import { facts, grub, network } from '../testing/facts.ts';
import { checkHostStep } from '../testing/job.ts';
import { refusals } from './refusals.ts';

const args = checkHostStep.args;
const codes = (changes: Partial<Facts>, assumed: Partial<typeof args> = {}, steps: Step[] = []) =>
  refusals({ ...args, ...assumed }, { ...facts, ...changes }, steps).map(({ code }) => code);

test('the machine as planned is refused nothing', () => {
  expect(codes({})).toEqual([]);
});

test('another machine than planned', () => {
  expect(codes({ machineUuid: 'other' })).toEqual(['machine-mismatch']);
  expect(codes({ arch: 'aarch64' })).toEqual(['arch-mismatch']);
  expect(codes({ bootMode: 'uefi' })).toEqual(['boot-mode-mismatch']);
  expect(codes({ secureBoot: true })).toEqual(['secure-boot-changed']);
  expect(codes({ memoryBytes: 5e8 })).toEqual(['memory-too-small']);
});

test('the disk must be there once, with its size', () => {
  const [disk] = facts.disks;
  if (!disk) throw new Error('no disk');
  expect(codes({ disks: [] })).toEqual(['disk-unknown']);
  expect(codes({ disks: [{ ...disk, size: 1 }] })).toEqual(['disk-unknown']);
  expect(codes({ disks: [disk, disk] })).toEqual(['disk-unknown']);
});

test('a network that changed in what an installer is told', () => {
  const dhcp = { ...network, ipv4: { method: 'dhcp' as const, addresses: [] } };
  const leased = { address: '192.0.2.77', prefix: 24 };
  const renewed = { ...dhcp, ipv4: { ...dhcp.ipv4, addresses: [leased] }, dns: ['192.0.2.54'] };
  expect(codes({ network: { ...network, interface: 'ens3' } })).toEqual([]);
  expect(codes({ network: renewed }, { network: dhcp })).toEqual([]);
  expect(codes({ network: dhcp })).toEqual(['network-changed']);
  expect(codes({ network: { ...network, dns: [] } })).toEqual(['network-changed']);
  const { network: _, ...offline } = facts;
  expect(refusals(args, offline, [])[0]?.details.map(({ field }) => field)).toEqual([
    'network.mac',
    'network.ipv4',
    'network.ipv6',
    'network.dns',
    'network.search',
  ]);
});

test('room, less what an earlier try has already brought', () => {
  const boot = { ...grub().boot, freeBytes: 10_000_000 };
  const full = { ...facts, bootLoader: grub({ boot }) };
  expect(refusals(args, full, []).map(({ code }) => code)).toEqual(['boot-space-too-small']);
  expect(refusals(args, full, [], 50_000_000)).toEqual([]);
  const space = { destination: 'staging' as const, bytes: 2_000_000_000 };
  expect(codes({}, { space })).toEqual(['staging-space-too-small']);
});

test('what the arming step needs', () => {
  const step = (name: 'arm-kexec' | 'arm-grub' | 'arm-systemd-boot' | 'arm-efi'): Step[] =>
    name === 'arm-kexec'
      ? [{ step: name, args: { commandLine: '', secureBoot: false } }]
      : [{ step: name, args: { commandLine: '' } }];
  expect(codes({}, {}, step('arm-kexec'))).toEqual([]);
  expect(codes({ kexec: { available: false, fileLoad: false } }, {}, step('arm-kexec'))).toEqual([
    'kexec-missing',
  ]);
  const secure = { secureBoot: true };
  const oldKexec = { available: true, fileLoad: false };
  expect(codes({ ...secure, kexec: oldKexec }, secure, step('arm-kexec'))).toEqual([
    'kexec-missing',
  ]);
  expect(codes({}, {}, step('arm-systemd-boot'))).toEqual(['bootloader-changed']);
  expect(codes({}, {}, step('arm-efi'))).toEqual(['bootloader-changed']);
  const uefi = { bootMode: 'uefi' as const };
  expect(codes(uefi, uefi, step('arm-efi'))).toEqual(['program-missing']);
  const ready = { ...uefi, efibootmgr: true };
  expect(codes(ready, uefi, step('arm-efi'))).toEqual([]);
  const staged = { ...uefi, space: { destination: 'staging' as const, bytes: 1_000_000 } };
  const esp = { ...grub().boot, directory: '/boot/efi', freeBytes: 1_000_000 };
  expect(codes(ready, staged, step('arm-efi'))).toEqual(['boot-filesystem-missing']);
  expect(codes({ ...ready, esp }, staged, step('arm-efi'))).toEqual([]);
  expect(codes({ ...ready, esp: { ...esp, freeBytes: 1 } }, staged, step('arm-efi'))).toEqual([
    'boot-space-too-small',
  ]);
});

test('GRUB, where an entry could not be once only', () => {
  const found = (loader: BootLoader) => grubRefusals(loader).map(({ code }) => code);
  const stack = (...names: string[]) => ({ ...grub().boot, stack: names });
  expect(found(grub())).toEqual([]);
  expect(found({ kind: 'none' })).toEqual(['bootloader-unsupported']);
  expect(found(grub({ boot: stack('crypt', 'part', 'disk') }))).toEqual([
    'boot-filesystem-unreadable',
  ]);
  expect(found(grub({ environmentWritable: false, boot: stack('lvm', 'part', 'disk') }))).toEqual([
    'bootloader-not-writable',
  ]);
  expect(found(grub({ sourcesCustom: false }))).toEqual(['bootloader-config-unusable']);
  expect(found(grub({ sourcesCustom: false, bls: true }))).toEqual([]);
});
