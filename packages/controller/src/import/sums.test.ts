import { expect, test } from 'vitest';
import { readSums } from './sums.ts';
import type { TreeReader } from './tree.ts';

const tree = (files: Record<string, string>): TreeReader => ({
  list: async () => Object.keys(files),
  size: async (path) => files[path]?.length,
  read: async (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
});

const md5 = 'a'.repeat(32);
const sha1 = 'b'.repeat(40);
const sha256 = 'c'.repeat(64);

test('every notation; the stronger sum of a file counts; paths stay in the tree', async () => {
  const sums = await readSums(
    tree({
      '.treeinfo': `[checksums]\nimages/a.img = sha256:${sha256}\nimages/b.img = sha1:${sha1}\n\n[general]\nx = y:${md5}\n`,
      content: `HASH SHA256 ${sha256}  boot/x86_64/loader/linux\nMETA SHA256 ${sha256}  packages.gz\n`,
      'md5sum.txt': `${md5}  ./images/a.img\n${md5}  ./pool/c.deb\n${md5}  ./isolinux/isolinux.bin\n${md5}  ../../etc/passwd\n`,
      SHA256SUMS: `${sha256.toUpperCase()} *d\r\n`,
      'usr/freebsd-dist/MANIFEST': `base.txz\t${sha256}\t30\tbase\t"Base"\ton\n`,
      'dists/x/images/SHA256SUMS': `${sha256}  ./netboot/linux\n`,
    }),
    ['dists/x/images/SHA256SUMS'],
  );
  expect(
    Object.fromEntries(
      [...sums].map(([path, { algorithm, from }]) => [path, `${algorithm} ${from}`]),
    ),
  ).toEqual({
    'images/a.img': 'sha256 .treeinfo',
    'images/b.img': 'sha1 .treeinfo',
    'boot/x86_64/loader/linux': 'sha256 content',
    'pool/c.deb': 'md5 md5sum.txt',
    d: 'sha256 SHA256SUMS',
    'usr/freebsd-dist/base.txz': 'sha256 usr/freebsd-dist/MANIFEST',
    'dists/x/images/netboot/linux': 'sha256 dists/x/images/SHA256SUMS',
  });
  expect(sums.get('d')?.hex).toBe(sha256);
});
