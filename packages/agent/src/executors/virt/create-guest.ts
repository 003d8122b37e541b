/** Step create-guest: disks and files of a guest, and a definition that virt-install has accepted. */
import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GuestSpec, ResoleError } from '@resole/protocol';
import type { Connection } from '../../facts/virt-connections.ts';
import { makeFolder } from '../../files/durable.ts';
import type { Executor, StepContext } from '../../ports.ts';
import { at, exists, readNote, writeNote } from '../places.ts';
import { type InstallFiles, virtInstallArguments } from './arguments.ts';
import { removeGuest } from './remove-guest.ts';
import { connectionOf, uriOf, virsh } from './virsh.ts';
import { makeVolume, mediumName, removeVolumes, volumeName } from './volumes.ts';

/** Where QEMU, which is another user, may read kernels (libvirt's own folder for that). */
const BOOT_FOLDER = '/var/lib/libvirt/boot';

export const createGuest: Executor<'create-guest'> = {
  async execute({ guest }, context) {
    const connection = uriOf(guest.type);
    await writeNote(context, 'create-guest', { uuid: guest.uuid, connection });
    // What an interrupted attempt has left is no base for this one.
    await removeVolumes(context, guest.uuid, connection);
    const image = join(context.folders.staging, 'image');
    const upload = guest.install.by === 'import' || guest.install.by === 'clone';
    for (const [index, { pool, bytes, format }] of guest.disks.entries()) {
      const filled = (share: number) =>
        context.progress({ phase: 'disks', percent: (100 * (index + share)) / guest.disks.length });
      filled(0);
      const from = upload && index === 0 ? { from: image, filled } : {};
      const volume = { pool, bytes, format, name: volumeName(guest, index), ...from };
      await makeVolume(context, volume, connection);
    }
    const files = await installFiles(guest, context);
    // virt-install refuses here what it would refuse when it starts the guest.
    await context.run('virt-install', [...virtInstallArguments(guest, files), '--print-xml']);
    return `${guest.disks.length} disk(s) for ${guest.name}`;
  },

  async undo(context) {
    const note = await readNote(context, 'create-guest');
    if (note === undefined) return;
    const { uuid, connection } = note as { uuid: string; connection?: Connection };
    await removeGuest(context, uuid, connection ?? (await connectionOf(context, uuid)));
    await removeInstallFiles(context.job.job, context);
  },
};

const bootFile = (context: { root: string }, job: string, name: string): string =>
  at(context, `${BOOT_FOLDER}/${job}-${name}`);

/** Puts the files where libvirt reads them; the same paths each time. */
export const installFiles = async (
  guest: GuestSpec,
  context: StepContext,
): Promise<InstallFiles> => {
  const { staging } = context.folders;
  const { install } = guest;
  if (install.by === 'iso') return { medium: await medium(guest, join(staging, 'image'), context) };
  if (install.by === 'kernel') {
    const shared = async (name: 'kernel' | 'initrd'): Promise<string> => {
      const path = bootFile(context, context.job.job, name);
      if (await exists(path)) return path;
      await makeFolder(at(context, BOOT_FOLDER), 0o711);
      await copyFile(join(staging, name), path);
      await chmod(path, 0o644);
      return path;
    };
    return { kernel: await shared('kernel'), initrd: await shared('initrd') };
  }
  return {};
};

/** The ISO as a volume beside the first disk; its path on the host. */
const medium = async (guest: GuestSpec, file: string, context: StepContext): Promise<string> => {
  const pool = guest.disks[0]?.pool;
  if (pool === undefined)
    throw new ResoleError('invalid-input', 'a guest with an ISO needs a disk');
  const name = mediumName(guest);
  const connection = uriOf(guest.type);
  const there = await virsh(context, ['vol-list', pool], connection);
  if (!there.includes(name)) {
    await makeVolume(context, { pool, name, bytes: 0, format: 'raw', from: file }, connection);
  }
  return (await virsh(context, ['vol-path', '--pool', pool, name], connection)).trim();
};

/** What the installation began from; a guest that runs needs it no more. */
export const removeInstallFiles = async (job: string, context = { root: '/' }): Promise<void> => {
  for (const name of ['kernel', 'initrd']) {
    await rm(bootFile(context, job, name), { force: true });
  }
};
