import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Artefact } from '@resole/protocol';
import type { Problem } from './problems.ts';

interface Measured {
  size: number;
  sha256: string;
}

/** What files were found to be, by their identity; an apply looks at each of them several times. */
const known = new Map<string, Measured>();
const MOST_KNOWN = 256;

/** A file that was written just now may be written again without any change of its times. */
const SETTLED_MS = 2_000;

/** Size in bytes and SHA-256 of a file on the controller; read once as long as it stays the same. */
const measure = async (path: string): Promise<Measured> => {
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
  const key = [path, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  const before = known.get(key);
  if (before !== undefined) return before;
  const settled = Date.now() - Number(ctimeMs) > SETTLED_MS;
  const found = await read(path);
  if (settled) known.set(key, found);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return found;
};

const read = async (path: string): Promise<Measured> => {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { size, sha256: hash.digest('hex') };
};

const missing = (field: string, path: string, why: string): Problem => ({
  field,
  code: 'artefact-missing',
  problem: why,
  value: path,
  remedy: 'give the path of a file on the controller that it can read',
});

/** Reads the file of an artefact and fills in size and SHA-256; what was stated must be true. */
export const measureArtefact = async <T extends Artefact>(
  field: string,
  artefact: T,
): Promise<{ artefact: T; problems: Problem[] }> => {
  const wrong = (problem: Problem) => ({ artefact, problems: [problem] });
  const { path } = artefact;
  try {
    const found = await stat(path);
    if (!found.isFile()) return wrong(missing(`${field}.path`, path, 'is not a file'));
    const measured = await measure(path);
    const problems: Problem[] = [];
    if (artefact.size !== undefined && artefact.size !== measured.size) {
      problems.push({
        field: `${field}.size`,
        code: 'size-mismatch',
        problem: `the file has ${measured.size} bytes`,
        value: artefact.size,
      });
    }
    if (artefact.sha256 !== undefined && artefact.sha256 !== measured.sha256) {
      problems.push({
        field: `${field}.sha256`,
        code: 'checksum-mismatch',
        problem: `the file has ${measured.sha256}`,
        value: artefact.sha256,
        remedy: 'the file is damaged or another one: get it again, or leave the checksum out',
      });
    }
    return { artefact: { ...artefact, ...measured }, problems };
  } catch (cause) {
    return wrong(missing(`${field}.path`, path, reason(cause)));
  }
};

/** What is wrong with a path that must be a folder on the controller. */
export const folderProblems = async (field: string, path: string): Promise<Problem[]> => {
  try {
    return (await stat(path)).isDirectory() ? [] : [missing(field, path, 'is not a folder')];
  } catch (cause) {
    return [missing(field, path, reason(cause))];
  }
};

const reason = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there';
  return code === 'EACCES' ? 'may not be read by the controller' : `cannot be read: ${code}`;
};
