/** FAI's nfsroot, a root file system, as the image that its installer fetches over HTTP. */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requireTools, runTool } from '../build/tools.ts';
import type { Received } from './receive.ts';
import type { Recognised } from './recognise.ts';
import type { CopyControl } from './sources/source.ts';

/** Makes `squash.img` and copies kernel and initrd beside it. Made anew by each import. */
export async function squash(
  root: string,
  { kernel, initrd }: Recognised,
  folder: string,
  { progress, signal }: CopyControl,
): Promise<Received> {
  await requireTools([{ command: 'mksquashfs', package: 'squashfs-tools' }]);
  await mkdir(folder, { recursive: true });
  const image = join(folder, 'squash.img');
  const part = `${image}.part`;
  await rm(part, { force: true });
  progress?.('squash image');
  try {
    await runTool('mksquashfs', [root, part, '-comp', 'zstd', '-noappend', '-no-progress'], {
      signal,
    });
    await rename(part, image);
  } finally {
    await rm(part, { force: true });
  }
  const made = [image];
  for (const path of [kernel, initrd]) {
    if (path === undefined) continue;
    const place = join(folder, basename(path));
    await copyFile(join(root, path), `${place}.part`);
    await rename(`${place}.part`, place);
    made.push(place);
  }
  const sizes = await Promise.all(made.map(async (path) => (await stat(path)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { files: made.length, bytes, kept: 0, leftOut: [] };
}
