/** `resole distro build debian-installer`: nothing is built, Debian ships kernel and initrd. */
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Arch, ResoleError } from '@resole/protocol';
import { type BuildControl, type BuiltFile, describeFile, withWorkFolder } from './files.ts';
import { requireTools, runTool } from './tools.ts';

export interface DebianInstallerOptions extends BuildControl {
  /** Debian release by number, as `12`. */
  version: string;
  arch: Arch;
  /** Folder for `linux` and `initrd.gz`; replaced as a whole. */
  output: string;
}

const debianArch = { x86_64: 'amd64', aarch64: 'arm64' } as const satisfies Record<Arch, string>;

/**
 * Takes kernel and initrd out of Debian's package of network boot images, without installing it.
 * apt checks the package by the archive's signature. Needs no root.
 */
export async function buildDebianInstaller(
  options: DebianInstallerOptions,
): Promise<{ kernel: BuiltFile; initrd: BuiltFile }> {
  const { version, output, progress, signal } = options;
  const arch = debianArch[options.arch];
  await requireTools([
    { command: 'apt-get', package: 'apt' },
    { command: 'dpkg-deb', package: 'dpkg' },
  ]);
  const name = `debian-installer-${version}-netboot-${arch}`;
  return await withWorkFolder(output, async (work) => {
    progress?.('download');
    await download(name, work, signal);
    progress?.('unpack');
    const [archive] = (await readdir(work)).filter((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new ResoleError('build-failed', `apt-get left no ${name}.deb`);
    await runTool('dpkg-deb', ['-x', join(work, archive), join(work, 'package')], { signal });
    const images = join(
      work,
      'package/usr/lib/debian-installer/images',
      version,
      arch,
      'text/debian-installer',
      arch,
    );
    progress?.('checksums');
    await mkdir(output, { recursive: true });
    const [kernel, initrd] = await Promise.all(
      ['linux', 'initrd.gz'].map(async (file) => {
        await rename(join(images, file), join(output, file));
        return await describeFile(join(output, file));
      }),
    );
    if (!kernel || !initrd) throw new ResoleError('build-failed', `${name} has no images`);
    return { kernel, initrd };
  });
}

async function download(name: string, folder: string, signal?: AbortSignal): Promise<void> {
  try {
    await runTool('apt-get', ['download', name], { cwd: folder, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ResoleError('build-failed', `apt-get cannot download ${name}`, {
      remedy: `apt-get update; apt-cache policy ${name} must name a candidate`,
      cause,
    });
  }
}
