/** Step remove-guest: the guest, its disks and its console's log are gone. */
import { rm } from 'node:fs/promises';
import type { Connection } from '../../facts/virt-connections.ts';
import type { Executor, UndoContext } from '../../ports.ts';
import { at } from '../places.ts';
import { consoleLogOf } from './arguments.ts';
import { connectionOf, stateOf, virsh } from './virsh.ts';
import { removeVolumes } from './volumes.ts';

/** What libvirt keeps beside a definition; a driver refuses to forget what it never has. */
const beside: Readonly<Record<Connection, readonly string[]>> = {
  'qemu:///system': ['--nvram', '--managed-save', '--snapshots-metadata', '--tpm'],
  'xen:///system': ['--managed-save'],
  'lxc:///system': [],
};

/** Whatever of the guest is there, in whatever state. */
export const removeGuest = async (
  context: UndoContext,
  uuid: string,
  connection: Connection,
): Promise<void> => {
  const undefine = () => virsh(context, ['undefine', uuid, ...beside[connection]], connection);
  const state = await stateOf(context, uuid, connection);
  if (state !== undefined && state !== 'shut off') {
    // Once undefined it is transient: it goes with its process, and is not off but still there for
    // a moment, in which whoever tends an installation would switch it on again.
    await undefine().catch(() => '');
    await virsh(context, ['destroy', uuid], connection).catch(() => '');
  }
  if ((await stateOf(context, uuid, connection)) !== undefined) await undefine();
  await removeVolumes(context, uuid, connection);
  await rm(at(context, consoleLogOf({ uuid })), { force: true });
};

export const removeGuestStep: Executor<'remove-guest'> = {
  async execute({ uuid }, context) {
    await removeGuest(context, uuid, await connectionOf(context, uuid));
    return undefined;
  },
  // What was deleted can't come back.
  async undo() {},
};
