/** Step arm-systemd-boot: an entry of our own, made the next boot's only by systemd-boot. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCommandLine, ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { makeFolder, readIfThere, removeDurably, writeDurably } from '../files/durable.ts';
import type { Executor, UndoContext } from '../ports.ts';
import { systemdBootEntry } from './grub/bls.ts';
import { at, bootOf, fetched, fromMountPoint, readNote, writeNote } from './places.ts';
import { requireSigned } from './signed.ts';

const Note = z.object({
  entry: z.string(),
  id: z.string(),
  /** The one-shot entry that somebody had set before. */
  oneShot: z.string().optional(),
});

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
    // What an interrupted try has left is taken back first: the note must be of what was before.
    await armSystemdBoot.undo(context);
    const oneShot = await oneShotOf(context);
    const before = oneShot === undefined ? {} : { oneShot };
    await writeNote(context, 'arm-systemd-boot', { entry, id, ...before });
    await makeFolder(folder);
    await writeDurably(entry, text);
    await context.run('bootctl', ['set-oneshot', id], { signal: context.signal });
    if ((await oneShotOf(context)) !== id) {
      throw new ResoleError('bootloader-not-armed', 'bootctl set no one-shot entry', {
        remedy: 'use --method kexec',
      });
    }
    return `next boot only: ${id}, by systemd-boot`;
  },

  async undo(context) {
    const note = Note.safeParse(await readNote(context, 'arm-systemd-boot'));
    if (!note.success) return;
    const { entry, id, oneShot = '' } = note.data;
    // An empty id removes the variable (bootctl(1)); after a boot systemd-boot has done so itself.
    if ((await oneShotOf(context)) === id) await context.run('bootctl', ['set-oneshot', oneShot]);
    await removeDurably(entry);
  },
};

/** The loader's one-shot entry (systemd's Boot Loader Interface), undefined where none is set. */
async function oneShotOf(context: Pick<UndoContext, 'root'>): Promise<string | undefined> {
  const folder = at(context, '/sys/firmware/efi/efivars');
  const names = await readdir(folder).catch(() => []);
  const name = names.find((each) => each.startsWith('LoaderEntryOneShot-'));
  const bytes = name === undefined ? undefined : await readIfThere(join(folder, name));
  // Four bytes of attributes, then UTF-16 with a NUL at its end.
  return bytes?.subarray(4).toString('utf16le').replace(/\0.*$/s, '');
}
