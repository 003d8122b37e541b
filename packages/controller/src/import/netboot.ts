/** The network installer of a Debian medium that carries only the one for CDs. */
import { join } from 'node:path';
import { type DistroInput, ResoleError } from '@resole/protocol';
import { buildDebianInstaller } from '../build/debian-installer.ts';
import type { Recognised } from './recognise.ts';
import type { CopyControl } from './sources/source.ts';

/** Takes it from Debian's package, checked by apt. */
export async function netbootOf(
  { version, arch, initrd }: Recognised,
  folder: string,
  control: CopyControl,
): Promise<Pick<DistroInput, 'kernel' | 'initrd'>> {
  const major = version.split('.')[0] ?? version;
  const output = join(folder, '.netboot', arch);
  try {
    return await buildDebianInstaller({ version: major, arch, output, ...control });
  } catch (cause) {
    control.signal?.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ResoleError(
      'artefact-missing',
      `${initrd} of the medium works only from a CD, and the network installer is not to be had: ${why}`,
      {
        remedy:
          'fetch linux and initrd.gz of Debian’s netboot folder and give them: --kernel FILE --initrd FILE',
        cause,
      },
    );
  }
}
