/** FAI's own installer: the root file system that it calls the nfsroot, with kernel and initrd. */
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { ToolOptions } from '../tools.ts';
import { runInRoot } from './chroot.ts';
import { places } from './tools-root.ts';

/** Runs fai-make-nfsroot in the tools' root. apt's signature checks stay on (see the assets). */
export async function makeInstallerRoot(
  tools: string,
  base: string,
  { onLine, signal }: ToolOptions,
): Promise<void> {
  await rename(base, join(tools, places.baseFile));
  const args = ['-v', '-g', '-C', places.config, '-B', places.baseFile];
  await runInRoot(tools, 'fai-make-nfsroot', args, { onLine, signal });
}

/** Left out of the squash image: what nothing in the installer reads. */
const unneeded = [
  'boot/*',
  'usr/share/doc/*',
  'usr/share/locale/*',
  'usr/share/man/*',
  'var/cache/*/*',
  'var/lib/apt/lists/*',
  'var/lib/dpkg/info/*',
  'var/log/*',
];

/**
 * Puts the new system's archive into the installer's root and packs that into one squash image,
 * which dracut boots as it is. Returns the tree: file name → where the file is.
 */
export async function packInstaller(
  tools: string,
  system: string,
  { onLine, signal }: ToolOptions,
): Promise<Record<'vmlinuz' | 'initrd.img' | 'squash.img', string>> {
  const root = join(tools, places.nfsroot);
  await rename(system, join(root, places.baseFile));
  const squash = '/var/tmp/squash.img';
  const args = [places.nfsroot, squash, '-comp', 'zstd', '-Xcompression-level', '9'];
  args.push('-no-progress', '-wildcards', '-e', ...unneeded);
  await runInRoot(tools, 'mksquashfs', args, { onLine, signal });
  return {
    vmlinuz: await onlyFile(join(root, 'boot'), 'vmlinuz-'),
    'initrd.img': await onlyFile(join(root, 'boot'), 'initrd.img-'),
    'squash.img': join(tools, squash),
  };
}

async function onlyFile(folder: string, prefix: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  const [name] = names;
  if (name !== undefined && names.length === 1) return join(folder, name);
  throw new ResoleError('build-failed', `the installer has ${names.length} files ${prefix}*`);
}
