/** Step remove-guest: the guest, its disks and its console's log are gone. */
import { rm } from 'node:fs/promises';
import type { Executor, UndoContext } from '../../ports.ts';
import { at } from '../places.ts';
import { consoleLogOf } from './arguments.ts';
import { stateOf, virsh } from './virsh.ts';
import { removeVolumes } from './volumes.ts';

/** Its definition, and what libvirt keeps beside it: snapshots, a TPM, UEFI variables. */
const undefine = (context: UndoContext, uuid: string): Promise<string> =>
  virsh(context, [
    'undefine',
    uuid,
    ...['--nvram', '--managed-save', '--snapshots-metadata', '--tpm'],
  ]);

/** Whatever of the guest is there, in whatever state. */
export const removeGuest = async (context: UndoContext, uuid: string): Promise<void> => {
  const state = await stateOf(context, uuid);
  if (state !== undefined && state !== 'shut off') {
    // Once undefined it is transient: it goes with its process, and is not off but still there for
    // a moment, in which whoever tends an installation would switch it on again.
    await undefine(context, uuid).catch(() => '');
    await virsh(context, ['destroy', uuid]).catch(() => '');
  }
  if ((await stateOf(context, uuid)) !== undefined) await undefine(context, uuid);
  await removeVolumes(context, uuid);
  await rm(at(context, consoleLogOf({ uuid })), { force: true });
};

export const removeGuestStep: Executor<'remove-guest'> = {
  async execute({ uuid }, context) {
    await removeGuest(context, uuid);
    return undefined;
  },
  // What was deleted can't come back.
  async undo() {},
};
