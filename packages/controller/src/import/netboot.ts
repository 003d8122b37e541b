/** The network installer of a Debian medium that carries only the one for CDs. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type DistroInput, ResoleError } from '@resole/protocol';
import { buildDebianInstaller } from '../build/debian-installer.ts';
import { kernelRelease } from './formats/kernel.ts';
import type { Recognised } from './recognise.ts';
import type { CopyControl } from './sources/source.ts';

const given =
  'of Debian’s netboot folder for this point release: --kernel linux --initrd initrd.gz';

/** Takes it from Debian's package, checked by apt. */
export async function netbootOf(
  { version, codename, arch, kernel = '', initrd }: Recognised,
  folder: string,
  control: CopyControl,
): Promise<Pick<DistroInput, 'kernel' | 'initrd'>> {
  const major = version.split('.')[0] ?? version;
  const output = join(folder, '.netboot', arch);
  let made: Required<Pick<DistroInput, 'kernel' | 'initrd'>>;
  try {
    made = await buildDebianInstaller({ version: major, arch, output, ...control });
  } catch (cause) {
    control.signal?.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ResoleError(
      'artefact-missing',
      `${initrd} of the medium works only from a CD, and the network installer is not to be had: ${why}`,
      { remedy: `give kernel and initrd ${given}`, cause },
    );
  }
  const [medium, network] = await Promise.all(
    [join(folder, kernel), join(output, 'linux')].map(releaseOf),
  );
  if (medium === network || medium === undefined || network === undefined) return made;
  // It would find no modules for itself, no file systems and disks, in the middle of an installation.
  throw new ResoleError(
    'artefact-missing',
    `the medium has modules of Linux ${medium}, and the network installer that apt has here is ${network}`,
    {
      remedy: `give kernel and initrd ${given}; or import a mirror: resole import http://MIRROR/debian --release ${codename ?? major}`,
    },
  );
}

async function releaseOf(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    return kernelRelease(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
