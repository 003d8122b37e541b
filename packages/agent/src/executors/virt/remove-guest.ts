/** Step remove-guest: the guest, its disks and its console's log are gone. */
import { rm } from 'node:fs/promises';
import type { Executor, UndoContext } from '../../ports.ts';
import { at } from '../places.ts';
import { consoleLogOf } from './arguments.ts';
import { stateOf, virsh } from './virsh.ts';
import { removeVolumes } from './volumes.ts';

/** Whatever of the guest is there, in whatever state. */
export const removeGuest = async (context: UndoContext, uuid: string): Promise<void> => {
  const state = await stateOf(context, uuid);
  if (state !== undefined) {
    if (state !== 'shut off') await virsh(context, ['destroy', uuid]).catch(() => '');
    // A transient one is gone now; a defined one may have snapshots, a TPM and UEFI variables.
    if ((await stateOf(context, uuid)) !== undefined) {
      await virsh(context, [
        'undefine',
        uuid,
        '--nvram',
        '--managed-save',
        '--snapshots-metadata',
        '--tpm',
      ]);
    }
  }
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
