import { expect, test } from 'vitest';
import { bsdtarListing, sevenZipListing } from './iso-listing.ts';

test('bsdtar: files, folders, links and odd names', () => {
  const text = `dr-xr-xr-x  4 0      0        2048 Nov 23 16:46 .
dr-xr-xr-x  2 0      0        2048 Nov 23  2021 Long Name
-r--r--r--  1 0      0     6000000 Feb  1  2021 Long Name/a -> b\\011c
-r--r--r--  2 0      0           0 Nov 23 16:53 z1 link to z3
lr-xr-xr-x  1 root   root        0 Nov 23 16:46 link -> Long Name/a
`;
  expect(bsdtarListing(text)).toEqual([
    { path: 'Long Name', member: 'Long Name', kind: 'folder', size: 2048, mtime: 0 },
    {
      path: 'Long Name/a -> b\tc',
      member: 'Long Name/a -> b\tc',
      kind: 'file',
      size: 6_000_000,
      mtime: 0,
    },
    { path: 'z1', member: 'z1', kind: 'hardlink', size: 0, mtime: 0, target: 'z3' },
    { path: 'link', member: 'link', kind: 'symlink', size: 0, mtime: 0, target: 'Long Name/a' },
  ]);
});

test('names of plain ISO 9660 in lower case, as links have them too', () => {
  const text = `-r--r--r--  1 0      0           3 Nov 23 16:46 BOOT.CFG
-r--r--r--  2 0      0           0 Nov 23 16:46 EFI/BOOT/BOOT.CFG link to BOOT.CFG
`;
  expect(bsdtarListing(text).map(({ path, member, target }) => [path, member, target])).toEqual([
    ['boot.cfg', 'BOOT.CFG', undefined],
    ['efi/boot/boot.cfg', 'EFI/BOOT/BOOT.CFG', 'boot.cfg'],
  ]);
});

test('7zz: a paragraph a file', () => {
  const text = `Path = sources
Folder = +
Size =
Modified = 2026-11-23 16:46:17.000000

Path = sources/install.wim
Folder = -
Size = 100000
Packed Size = 100352
Modified = 2026-11-23 16:46:17.000000
`;
  expect(sevenZipListing(text)).toEqual([
    { path: 'sources', member: 'sources', kind: 'folder', size: 0, mtime: 1_795_452_377 },
    {
      path: 'sources/install.wim',
      member: 'sources/install.wim',
      kind: 'file',
      size: 100_000,
      mtime: 1_795_452_377,
    },
  ]);
});
