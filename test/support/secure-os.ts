/** The existing server as firmware with Secure Boot starts it: by shim and Debian's signed GRUB. */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { diskLayout } from '../../packages/controller/src/build/disk.ts';
import { signedLoaders } from '../../packages/controller/src/build/esp.ts';
import { builtDistro } from './artefacts.ts';
import { cached } from './cache.ts';
import { type OldOs, oldOs } from './old-os.ts';
import { rootLabel } from './old-os-files.ts';

/** Where the signed GRUB looks for its configuration. */
const config = `search --no-floppy --label ${rootLabel} --set=root
set prefix=($root)/boot/grub
configfile $prefix/grub.cfg
`;

/** The old OS's disk with other files on its EFI system partition; made in seconds, without a boot. */
export const secureOs = async (): Promise<OldOs> => {
  const old = await oldOs();
  const { image } = await builtDistro('archive');
  if (image === undefined) throw new Error('the archive is an image');
  const inputs = [1, basename(dirname(old.base)), image.sha256, config];
  const folder = await cached('secure-os', inputs, async (work) => {
    // What a server has on it comes from its distribution's packages, as the archive's root has them.
    const { shim, grub } = signedLoaders;
    const members = [shim, grub].map((path) => `./${path}`);
    await execa('tar', ['--zstd', '-xf', image.path, '-C', work, ...members]);
    await writeFile(join(work, 'grub.cfg'), config);

    const raw = join(work, 'disk.raw');
    await execa('qemu-img', ['convert', '-O', 'raw', old.base, raw]);
    const esp = ['-i', `${raw}@@${diskLayout.espStart * 1024 * 1024}`];
    await execa('mmd', [...esp, '::/EFI/debian']);
    const put = (from: string, to: string) => execa('mcopy', ['-o', ...esp, join(work, from), to]);
    await put(shim, '::/EFI/BOOT/BOOTX64.EFI');
    await put(grub, '::/EFI/BOOT/grubx64.efi');
    await put('grub.cfg', '::/EFI/debian/grub.cfg');
    const disk = join(work, 'disk.qcow2');
    await execa('qemu-img', ['convert', '-O', 'qcow2', raw, disk]);
    await chmod(disk, 0o444);
    await Promise.all([raw, join(work, 'usr'), join(work, 'grub.cfg')].map(remove));
  });
  return { ...old, base: join(folder, 'disk.qcow2') };
};

const remove = (path: string) => rm(path, { recursive: true });
