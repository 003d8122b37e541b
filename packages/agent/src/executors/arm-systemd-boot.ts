/** Step arm-systemd-boot: an entry of our own, made the next boot's only by systemd-boot. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCommandLine, ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { makeFolder, removeDurably, writeDurably } from '../files/durable.ts';
import type { Executor, UndoContext } from '../ports.ts';
import { systemdBootEntry } from './grub/bls.ts';
import { at, bootOf, fetched, fromMountPoint, readNote, writeNote } from './places.ts';
import { requireSigned } from './signed.ts';

const Note = z.object({ entry: z.string(), id: z.string() });

export const armSystemdBoot: Executor<'arm-systemd-boot'> = {
  async execute({ commandLine }, context) {
    checkCommandLine(commandLine);
    const facts = await context.facts();
    if (facts.bootLoader.kind !== 'systemd-boot') {
      throw new ResoleError('bootloader-changed', 'the bootloader is not systemd-boot', {
        remedy: 'plan the job again',
      });
    }
    const boot = bootOf(facts);
    const kernel = await fetched(context, 'kernel');
    await requireSigned(kernel, facts.secureBoot);
    const id = `resole-${context.job.job}.conf`;
    const folder = join(boot.mountPoint, 'loader/entries');
    const entry = join(folder, id);
    const text = systemdBootEntry({
      job: context.job.job,
      kernel: fromMountPoint(boot, kernel),
      initrd: fromMountPoint(boot, await fetched(context, 'initrd')),
      commandLine,
    });
    await writeNote(context, 'arm-systemd-boot', { entry, id });
    await makeFolder(folder);
    await writeDurably(entry, text);
    await context.run('bootctl', ['set-oneshot', id], { signal: context.signal });
    if (!(await hasOneShot(context))) {
      throw new ResoleError('bootloader-not-armed', 'bootctl set no one-shot entry', {
        remedy: 'use --method kexec',
      });
    }
    return `next boot only: ${id}, by systemd-boot`;
  },

  async undo(context) {
    const note = Note.safeParse(await readNote(context, 'arm-systemd-boot'));
    if (!note.success) return;
    // An empty id removes the variable (bootctl(1)); after a boot systemd-boot has done so itself.
    if (await hasOneShot(context)) await context.run('bootctl', ['set-oneshot', '']);
    await removeDurably(note.data.entry);
  },
};

/** Whether the loader's one-shot variable is set (systemd's Boot Loader Interface). */
async function hasOneShot(context: Pick<UndoContext, 'root'>): Promise<boolean> {
  const names = await readdir(at(context, '/sys/firmware/efi/efivars')).catch(() => []);
  return names.some((name) => name.startsWith('LoaderEntryOneShot-'));
}
