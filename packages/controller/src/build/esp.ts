/** The EFI system partition of a disk image, with a bootloader at the path that every firmware tries. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { grubImage } from './grub-image.ts';
import { runTool } from './tools.ts';

const sectorsPerMiB = 2048;

export interface Partition {
  image: string;
  startMiB: number;
  sizeMiB: number;
}

export interface EspContents {
  /** Root file system of the same disk. */
  root: string;
  /** GRUB's first commands, which lead to that root's grub.cfg. */
  early: string;
  /** Folder for intermediate files. */
  work: string;
  signal?: AbortSignal | undefined;
}

/** Debian's packages shim-signed and grub-efi-amd64-signed, in a root: what Secure Boot lets pass. */
export const signedLoaders = {
  shim: 'usr/lib/shim/shimx64.efi.signed',
  grub: 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed',
} as const;

/** Makes the file system, in the image itself, and fills it. */
export async function fillEsp(partition: Partition, contents: EspContents): Promise<void> {
  const { image, startMiB, sizeMiB } = partition;
  const { signal } = contents;
  const files = await efiFiles(contents);
  const offset = ['--offset', String(startMiB * sectorsPerMiB)];
  const sizeKiB = String(sizeMiB * 1024);
  await runTool('mkfs.vfat', ['-F', '32', '-s', '1', '-n', 'EFI', ...offset, image, sizeKiB], {
    signal,
  });
  const esp = ['-i', `${image}@@${startMiB * 1024 * 1024}`];
  const folders = new Set(Object.keys(files).map((path) => `::/${dirname(path)}`));
  await runTool('mmd', [...esp, '::/EFI', ...folders], { signal });
  for (const [path, file] of Object.entries(files)) {
    await runTool('mcopy', [...esp, file, `::/${path}`], { signal });
  }
}

/**
 * GRUB: the signed one, started by shim, where the root has both; else one that is linked here. The
 * signed one looks for its configuration in EFI/debian.
 * @returns files of this host by their paths on the partition
 */
async function efiFiles({ root, early, work, signal }: EspContents) {
  const shim = join(root, signedLoaders.shim);
  const signed = join(root, signedLoaders.grub);
  if ((await isThere(shim)) && (await isThere(signed))) {
    return {
      'EFI/BOOT/BOOTX64.EFI': shim,
      'EFI/BOOT/grubx64.efi': signed,
      'EFI/debian/grub.cfg': early,
    };
  }
  const grub = join(work, 'BOOTX64.EFI');
  await grubImage('x86_64-efi', grub, early, signal);
  return { 'EFI/BOOT/BOOTX64.EFI': grub };
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
