import { expect, test } from 'vitest';
import { archOf, kernelRelease } from './kernel.ts';

const bzImage = (protocol: number, flags: number): Buffer => {
  const head = Buffer.alloc(0x400);
  head.write('HdrS', 0x202);
  head.writeUInt16LE(protocol, 0x206);
  head.writeUInt16LE(0x100, 0x20e);
  head.writeUInt16LE(flags, 0x236);
  head.write('6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP\0', 0x300);
  return head;
};

const pe = (machine: number): Buffer => {
  const head = Buffer.alloc(0x100);
  head.write('MZ');
  head.writeUInt32LE(0x80, 0x3c);
  head.write('PE\0\0', 0x80);
  head.writeUInt16LE(machine, 0x84);
  return head;
};

test('architectures by the first bytes', () => {
  expect(archOf(bzImage(0x20f, 1))).toBe('x86_64');
  expect(archOf(bzImage(0x20f, 0))).toBeUndefined();
  expect(archOf(pe(0x8664))).toBe('x86_64');
  expect(archOf(pe(0xaa64))).toBe('aarch64');
  expect(archOf(Buffer.from('cat'))).toBeUndefined();
  expect(archOf(Buffer.alloc(0))).toBeUndefined();
});

test('the release that an x86 kernel says it is', () => {
  expect(kernelRelease(bzImage(0x20f, 1))).toBe('6.1.0-18-amd64');
  expect(kernelRelease(pe(0xaa64))).toBeUndefined();
  expect(kernelRelease(Buffer.alloc(10))).toBeUndefined();
});
