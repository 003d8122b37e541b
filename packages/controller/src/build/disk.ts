/**
 * A bootable disk from a folder, made without loop devices, mounts or partition support in the
 * host's kernel: every tool writes at its offset in an ordinary, sparse file.
 */
import { mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { biosBoot } from './bios-boot.ts';
import { fillEsp } from './esp.ts';
import { grubImage } from './grub-image.ts';
import { requireTools, runTool } from './tools.ts';

const MiB = 1024 * 1024;
const sectorsPerMiB = MiB / 512;

/** The three partitions, in MiB from the start of the disk. The root takes the rest but 1 MiB. */
export const diskLayout = { biosBootStart: 1, espStart: 2, espSize: 64, rootStart: 66 } as const;

/** What `makeDisk` needs on the host. */
export const diskTools = [
  { command: 'sfdisk', package: 'fdisk' },
  { command: 'mke2fs', package: 'e2fsprogs' },
  { command: 'mkfs.vfat', package: 'dosfstools' },
  { command: 'mcopy', package: 'mtools' },
  { command: 'grub-mkimage', package: 'grub-common' },
  { command: '/usr/lib/grub/i386-pc/boot.img', package: 'grub-pc-bin' },
  { command: '/usr/lib/grub/x86_64-efi/moddep.lst', package: 'grub-efi-amd64-bin' },
];

export interface DiskOptions {
  /** Folder that becomes the root file system; needs /boot/grub/grub.cfg to boot to anything. */
  root: string;
  /** Raw image to write; appears only when it is complete. */
  output: string;
  /** Size of the whole disk. */
  sizeMiB: number;
  /** Label of the root file system; GRUB finds it by this. At most 16 of A–Z a–z 0–9 _ -. */
  label: string;
  signal?: AbortSignal | undefined;
}

/** Makes a GPT disk with an ext4 root that boots under BIOS and under UEFI (removable path). */
export async function makeDisk({
  root,
  output,
  sizeMiB,
  label,
  signal,
}: DiskOptions): Promise<void> {
  if (!/^[A-Za-z0-9_-]{1,16}$/.test(label)) {
    throw new ResoleError('invalid-input', `not a file system label: ${label}`);
  }
  await requireTools(diskTools);
  const work = await mkdtemp(join(dirname(output), '.disk-'));
  const image = join(work, 'disk.raw');
  try {
    await partition(image, sizeMiB, signal);
    await fillRoot(image, root, sizeMiB, label, signal);
    const early = join(work, 'early.cfg');
    await writeFile(
      early,
      `search --no-floppy --label ${label} --set=root\n` +
        'set prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n',
    );
    const { espStart, espSize } = diskLayout;
    const esp = { image, startMiB: espStart, sizeMiB: espSize };
    await fillEsp(esp, { root, early, work, signal });
    await installBiosBoot(image, early, work, signal);
    await rename(image, output);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function partition(image: string, sizeMiB: number, signal?: AbortSignal): Promise<void> {
  const file = await open(image, 'w');
  await file.truncate(sizeMiB * MiB);
  await file.close();
  const { biosBootStart, espStart, espSize, rootStart } = diskLayout;
  const rows = [
    [biosBootStart, espStart - biosBootStart, '21686148-6449-6E6F-744E-656564454649'],
    [espStart, espSize, 'C12A7328-F81F-11D2-BA4B-00C04FC93EC9'],
    [rootStart, sizeMiB - rootStart - 1, '0FC63DAF-8483-4772-8E79-3D69D8477DE4'],
  ].map(([start, size, type]) => `start=${start}MiB,size=${size}MiB,type=${type}`);
  await runTool('sfdisk', ['-q', image], {
    input: `${['label: gpt', ...rows].join('\n')}\n`,
    signal,
  });
}

async function fillRoot(
  image: string,
  root: string,
  sizeMiB: number,
  label: string,
  signal?: AbortSignal,
): Promise<void> {
  const offset = diskLayout.rootStart * MiB;
  const size = `${sizeMiB - diskLayout.rootStart - 1}M`;
  const args = ['-q', '-F', '-t', 'ext4', '-b', '4096', '-L', label];
  args.push('-E', `offset=${offset},lazy_itable_init=1`, '-d', root, image, size);
  await runTool('mke2fs', args, { signal });
}

/** GRUB in sector 0 and in the BIOS boot partition. */
async function installBiosBoot(
  image: string,
  early: string,
  work: string,
  signal?: AbortSignal,
): Promise<void> {
  const coreFile = join(work, 'core.img');
  await grubImage('i386-pc', coreFile, early, signal);
  const core = await readFile(coreFile);
  if (core.length > (diskLayout.espStart - diskLayout.biosBootStart) * MiB) {
    throw new ResoleError('build-failed', `GRUB's core image is too big: ${core.length} bytes`);
  }
  const boot = await readFile('/usr/lib/grub/i386-pc/boot.img');
  const file = await open(image, 'r+');
  try {
    const current = Buffer.alloc(512);
    await file.read(current, 0, current.length, 0);
    const made = biosBoot(boot, core, current, diskLayout.biosBootStart * sectorsPerMiB);
    await file.write(made.bootSector, 0, made.bootSector.length, 0);
    await file.write(made.core, 0, made.core.length, diskLayout.biosBootStart * MiB);
  } finally {
    await file.close();
  }
}
