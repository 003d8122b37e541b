import { expect, test } from 'vitest';
import { type CpioEntry, cpio } from './cpio.ts';

test('a newc archive, byte by byte', async () => {
  const entries: CpioEntry[] = [
    { path: 'dev', type: 'folder' },
    { path: 'dev/console', type: 'character-device', major: 5, minor: 1 },
    { path: 'init', type: 'file', content: Buffer.from('hello'), executable: true },
    { path: 'sh', type: 'link', target: 'bash' },
  ];
  const pieces: Uint8Array[] = [];
  for await (const piece of cpio(entries)) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('latin1').replaceAll('\0', '.');
  const zero = '00000000';
  const head = (inode: string, mode: string, size: string, device: string, name: string) =>
    `070701${inode}${mode}${zero}${zero}00000001${zero}${size}${zero}${zero}${device}${name}${zero}`;
  expect(text).toBe(
    [
      `${head('00000001', '000041ed', zero, zero + zero, '00000004')}dev...`,
      `${head('00000002', '00002180', zero, '0000000500000001', '0000000c')}dev/console...`,
      `${head('00000003', '000081ed', '00000005', zero + zero, '00000005')}init..hello...`,
      `${head('00000004', '0000a1ff', '00000004', zero + zero, '00000003')}sh....bash`,
      `${head(zero, zero, zero, zero + zero, '0000000b')}TRAILER!!!....`,
    ].join(''),
  );
});
