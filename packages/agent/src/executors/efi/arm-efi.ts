/** Step arm-efi: the firmware starts the kernel itself, by BootNext; no bootloader takes part. */
import { copyFile, mkdir, open, rmdir, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkCommandLine, ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { removeDurably } from '../../files/durable.ts';
import type { Executor, UndoContext } from '../../ports.ts';
import { at, exists, fetched, readNote, writeNote } from '../places.ts';
import { requireSigned } from '../signed.ts';
import { parseListing } from './listing.ts';
import { findSystemPartition } from './system-partition.ts';

const Note = z.object({
  label: z.string(),
  folder: z.string(),
  /** Whether `EFI` itself was there. */
  madeParent: z.boolean(),
  /** BootNext as it was. */
  bootNext: z.string().optional(),
});

export const armEfi: Executor<'arm-efi'> = {
  async execute({ commandLine }, context) {
    checkCommandLine(commandLine, 'efi');
    await armEfi.undo(context);
    const facts = await context.facts();
    const partition = await findSystemPartition(context);
    const kernel = await fetched(context, 'kernel');
    const initrd = await fetched(context, 'initrd');
    await requireSigned(kernel, facts.secureBoot);
    const mountPoint = at(context, partition.mountPoint);
    const folder = join(mountPoint, 'EFI', 'resole');
    const label = labelOf(context);
    const { bootNext } = parseListing(await context.run('efibootmgr', []));
    await writeNote(context, 'arm-efi', {
      label,
      folder,
      madeParent: !(await exists(dirname(folder))),
      ...(bootNext === undefined ? {} : { bootNext }),
    });
    // Files that were fetched onto the partition itself are used where they are.
    const away = [kernel, initrd].filter((file) => !file.startsWith(`${mountPoint}/`));
    await requireRoom(mountPoint, away);
    const firmwarePath = async (file: string) => {
      if (!away.includes(file)) return file.slice(mountPoint.length).replaceAll('/', '\\');
      await mkdir(folder, { recursive: true });
      await copyDurably(file, join(folder, basename(file)));
      return `\\EFI\\resole\\${basename(file)}`;
    };
    const loader = await firmwarePath(kernel);
    const commandLineOfStub = `${commandLine} initrd=${await firmwarePath(initrd)}`;

    // --create-only: an entry that is in no boot order. The kernel's EFI stub loads the initrd from
    // the partition it came from itself (admin-guide/efi-stub).
    const { disk, partition: number } = partition;
    await context.run(
      'efibootmgr',
      [
        ...['--create-only', '--disk', disk, '--part', String(number), '--label', label],
        ...['--loader', loader],
        ...['--unicode', commandLineOfStub],
      ],
      { signal: context.signal },
    );
    const ours = parseListing(await context.run('efibootmgr', [])).entries.find(
      (entry) => entry.label === label,
    );
    if (ours === undefined) throw notArmed('no entry was created');
    await context.run('efibootmgr', ['--bootnext', ours.number], { signal: context.signal });
    const after = parseListing(await context.run('efibootmgr', []));
    if (after.bootNext !== ours.number) throw notArmed('BootNext was not set');
    return `next boot only: Boot${ours.number}, by the firmware`;
  },

  async undo(context) {
    const note = Note.safeParse(await readNote(context, 'arm-efi'));
    if (!note.success) return;
    const { label, folder, madeParent, bootNext } = note.data;
    const listing = parseListing(await context.run('efibootmgr', []));
    const ours = listing.entries.filter((entry) => entry.label === label);
    if (ours.some((entry) => entry.number === listing.bootNext)) {
      const args = bootNext === undefined ? ['--delete-bootnext'] : ['--bootnext', bootNext];
      await context.run('efibootmgr', args);
    }
    for (const { number } of ours) {
      await context.run('efibootmgr', ['--delete-bootnum', '--bootnum', number]);
    }
    await removeDurably(folder);
    if (madeParent) await rmdir(dirname(folder)).catch(() => undefined);
  },
};

const labelOf = ({ job }: UndoContext): string => `Resole ${job.job}`;

const notArmed = (problem: string) =>
  new ResoleError('bootloader-not-armed', `efibootmgr said nothing, but ${problem}`, {
    remedy: 'use --method kexec',
  });

async function requireRoom(mountPoint: string, files: string[]): Promise<void> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const needed = sizes.reduce((sum, size) => sum + size, 0);
  const { bavail, bsize } = await statfs(mountPoint);
  if (bavail * bsize >= needed) return;
  throw new ResoleError(
    'boot-space-too-small',
    `the EFI system partition has ${bavail * bsize} bytes free, ${needed} are needed`,
    { remedy: 'make room there, or use --method kexec' },
  );
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r');
  await file.sync().finally(() => file.close());
}
