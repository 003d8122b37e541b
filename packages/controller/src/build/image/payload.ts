/** What the in-RAM installer puts on a disk: an archive of a root file system, or a disk image. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapTools, requireTools } from '../debian.ts';
import { diskLayout, diskTools, makeDisk } from '../disk.ts';
import { type BuildControl, type BuiltFile, publish, withWorkFolder } from '../files.ts';
import { runTool } from '../tools.ts';
import { buildRootTree, type RootTreeOptions, rootLabel } from './root-tree.ts';

export type PayloadFormat = 'tar.zst' | 'raw.zst';

export interface PayloadOptions extends RootTreeOptions, BuildControl {
  /** Folder for `root.tar.zst` and `disk.raw.zst`. */
  output: string;
  formats: readonly PayloadFormat[];
}

export interface Payload {
  format: PayloadFormat;
  file: BuiltFile;
  /** Bytes that come out of it: of the archive, or of the disk. */
  unpackedSize: number;
}

const payloadTools = [
  ...bootstrapTools,
  { command: 'tar', package: 'tar' },
  { command: 'zstd', package: 'zstd' },
];

/** Makes a root file system and from it every format asked for. Needs root. */
export async function buildPayloads(options: PayloadOptions): Promise<Payload[]> {
  const { output, formats, progress } = options;
  await requireTools([...payloadTools, ...(formats.includes('raw.zst') ? diskTools : [])]);
  return await withWorkFolder(output, async (work) => {
    const root = join(work, 'root');
    progress?.('packages');
    await buildRootTree(root, options);
    const payloads: Payload[] = [];
    for (const format of formats) {
      progress?.(format === 'tar.zst' ? 'archive' : 'disk image');
      const make = format === 'tar.zst' ? makeArchive : makeDiskImage;
      payloads.push(await make(root, work, options));
    }
    return payloads;
  });
}

async function makeArchive(root: string, work: string, options: PayloadOptions): Promise<Payload> {
  const archive = join(work, 'root.tar');
  const args = ['--create', '--sort=name', '--numeric-owner', '--xattrs', '--xattrs-include=*'];
  const { signal } = options;
  await runTool('tar', [...args, '--directory', root, '--file', archive, '.'], { signal });
  return await compress(archive, 'tar.zst', options);
}

async function makeDiskImage(
  root: string,
  work: string,
  options: PayloadOptions,
): Promise<Payload> {
  const image = join(work, 'disk.raw');
  const { signal } = options;
  const usage = await runTool('du', ['--summarize', '--block-size=1M', root], { signal });
  // A fifth on top for the file system's own structures; the installer grows it to the disk's size.
  const rootMiB = Math.ceil(Number.parseInt(usage, 10) * 1.2) + 64;
  const sizeMiB = diskLayout.rootStart + rootMiB;
  await makeDisk({ root, output: image, sizeMiB, label: rootLabel, signal });
  return await compress(image, 'raw.zst', options);
}

/** Level 3: the machine that unpacks it is the one in a hurry. */
async function compress(
  path: string,
  format: PayloadFormat,
  { output, signal }: PayloadOptions,
): Promise<Payload> {
  const unpackedSize = (await stat(path)).size;
  await runTool('zstd', ['-q', '-T0', '-3', '--rm', path, '-o', `${path}.zst`], { signal });
  await mkdir(output, { recursive: true });
  const name = format === 'tar.zst' ? 'root.tar.zst' : 'disk.raw.zst';
  return { format, file: await publish(`${path}.zst`, join(output, name)), unpackedSize };
}
