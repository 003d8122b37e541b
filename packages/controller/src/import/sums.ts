/** Checksums that media carry, and whether a copy keeps them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ResoleError } from '@resole/protocol';
import type { TreeReader } from './tree.ts';

export interface Sum {
  algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512';
  /** Lower-case hexadecimal. */
  hex: string;
  /** The file that says so. */
  from: string;
}

export type Sums = ReadonlyMap<string, Sum>;

type Parse = (text: string) => Iterable<[path: string, hex: string]>;

const lengths: Readonly<Record<number, Sum['algorithm']>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
  128: 'sha512',
};

/** As sha256sum(1) writes: the sum, two spaces or a space and a star, the path. */
const coreutils: Parse = (text) =>
  [...text.matchAll(/^([0-9a-f]{32,128}) [ *](.+)$/gim)].map(([, hex = '', path = '']) => [
    path,
    hex,
  ]);

/** `[checksums]` of productmd's treeinfo: `path = sha256:…`. */
const treeinfo: Parse = (text) => {
  const section = text.match(/^\[checksums\]\n([^[]*)/m)?.[1] ?? '';
  return [...section.matchAll(/^(\S+)\s*=\s*\w+:([0-9a-f]+)\s*$/gim)].map(
    ([, path = '', hex = '']) => [path, hex],
  );
};

/** SUSE's file `content` up to 12: `HASH SHA256 sum  path`; META paths are below suse/setup/descr. */
const content: Parse = (text) =>
  [...text.matchAll(/^(?:HASH|KEY) SHA\d+ ([0-9a-f]+) {1,2}(\S+)$/gim)].map(
    ([, hex = '', path = '']) => [path, hex],
  );

/** FreeBSD's MANIFEST: file, SHA-256 and more, by tabs. */
const freebsd: Parse = (text) =>
  [...text.matchAll(/^(\S+)\t([0-9a-f]{64})\t/gim)].map(([, path = '', hex = '']) => [path, hex]);

/** Where media keep them; paths in them are relative to their own folder. */
export const sumFiles: readonly { path: string; parse: Parse }[] = [
  { path: '.treeinfo', parse: treeinfo },
  { path: 'treeinfo', parse: treeinfo },
  { path: 'content', parse: content },
  { path: 'CHECKSUMS', parse: coreutils },
  { path: 'md5sum.txt', parse: coreutils },
  { path: 'SHA256SUMS', parse: coreutils },
  { path: 'SHA512SUMS', parse: coreutils },
  { path: 'usr/freebsd-dist/MANIFEST', parse: freebsd },
];

/** Rewritten by the program that makes the ISO, after their checksums were taken. */
const rewritten = /(^|\/)(isolinux\.bin|boot\.cat|eltorito\.img)$/;

/** Where files disagree the stronger sum counts. @param more further files like SHA256SUMS. */
export async function readSums(reader: TreeReader, more: readonly string[] = []): Promise<Sums> {
  const sums = new Map<string, Sum>();
  const files = [...sumFiles, ...more.map((path) => ({ path, parse: coreutils }))];
  for (const { path: from, parse } of files) {
    const text = (await reader.read(from))?.toString('utf8').replaceAll('\r', '');
    if (text === undefined) continue;
    for (const [name, hex] of parse(text)) {
      const path = posix.join(posix.dirname(from), name);
      const algorithm = lengths[hex.length];
      if (algorithm === undefined || path.startsWith('..') || rewritten.test(path)) continue;
      const known = sums.get(path);
      if (known && known.hex.length >= hex.length) continue;
      sums.set(path, { algorithm, hex: hex.toLowerCase(), from });
    }
  }
  return sums;
}

export interface CheckControl {
  progress?: ((phase: string, fraction?: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Compares the files of a folder with the medium's checksums. A damaged file is removed, so that the
 * next import gets it again.
 * @returns how many files were compared; those that are not there are not.
 * @throws ResoleError `checksum-mismatch`, naming every damaged file
 */
export async function checkFiles(
  folder: string,
  sums: Sums,
  { progress, signal }: CheckControl = {},
): Promise<number> {
  const here: { path: string; sum: Sum; size: number }[] = [];
  for (const [path, sum] of sums) {
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (found?.isFile()) here.push({ path, sum, size: found.size });
  }
  const total = here.reduce((bytes, { size }) => bytes + size, 0);
  let done = 0;
  const damaged: { path: string; sum: Sum; is: string }[] = [];
  for (const { path, sum, size } of here) {
    progress?.('checksums', total === 0 ? undefined : done / total);
    const hash = createHash(sum.algorithm);
    await pipeline(createReadStream(join(folder, path)), hash, { signal });
    const is = hash.digest('hex');
    if (is !== sum.hex) damaged.push({ path, sum, is });
    done += size;
  }
  if (damaged.length === 0) return here.length;
  for (const { path } of damaged) await rm(join(folder, path));
  throw damagedFiles(damaged);
}

function damagedFiles(damaged: readonly { path: string; sum: Sum; is: string }[]): ResoleError {
  const names = damaged.map(({ path }) => path);
  const some = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return new ResoleError(
    'checksum-mismatch',
    `damaged, or not as their checksums say: ${some.join(', ')}`,
    {
      remedy: 'check where they come from (a medium by its own checksum), then import again',
      details: damaged.slice(0, 20).map(({ path, sum, is }) => ({
        field: path,
        problem: `${sum.algorithm} is ${is}, ${sum.from} says ${sum.hex}`,
      })),
    },
  );
}
