import { expect, test } from 'vitest';
import { isSignedPe } from './pe.ts';

/** The smallest PE32+ image with 16 data directories, and room for a signature. */
function image(certificates: { offset: number; size: number }, directories = 16): Uint8Array {
  const bytes = Buffer.alloc(512);
  bytes.write('MZ', 0);
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40);
  const optional = 0x40 + 24;
  bytes.writeUInt16LE(0x20b, optional);
  bytes.writeUInt32LE(directories, optional + 108);
  bytes.writeUInt32LE(certificates.offset, optional + 112 + 4 * 8);
  bytes.writeUInt32LE(certificates.size, optional + 112 + 4 * 8 + 4);
  return bytes;
}

test('a certificate table inside the file is a signature', () => {
  expect(isSignedPe(image({ offset: 400, size: 100 }))).toBe(true);
});

test('everything else is none', () => {
  expect(isSignedPe(image({ offset: 0, size: 0 }))).toBe(false);
  expect(isSignedPe(image({ offset: 400, size: 4000 }))).toBe(false);
  expect(isSignedPe(image({ offset: 400, size: 100 }, 4))).toBe(false);
  expect(isSignedPe(image({ offset: 400, size: 100 }).subarray(0, 150))).toBe(false);
  expect(isSignedPe(Buffer.from('\x7fELF'))).toBe(false);
  expect(isSignedPe(Buffer.alloc(0))).toBe(false);
});
