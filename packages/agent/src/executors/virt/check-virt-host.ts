/** Step check-virt-host: is there room for the guest? Everything that is missing, at once. */
import { type ErrorDetail, type GuestSpec, ResoleError, roomProblems } from '@resole/protocol';
import { readVirtHost } from '../../facts/virt-host.ts';
import type { Executor, StepContext } from '../../ports.ts';
import { at, isTaken } from '../places.ts';
import { rootFolderOf } from './arguments.ts';
import { noLibvirt, stateOf, uriOf, virsh } from './virsh.ts';

export const checkVirtHost: Executor<'check-virt-host'> = {
  async execute({ guest, replace }, context) {
    const host = await readVirtHost(context.run, context.root);
    if (host === undefined) throw noLibvirt();
    const missing = roomProblems(guest, host);
    const connection = uriOf(guest.type);
    const there = missing.every(({ field }) => field !== 'type');
    const known = there ? await stateOf(context, guest.uuid, connection) : undefined;
    const names = there
      ? (await virsh(context, ['list', '--all', '--name'], connection)).split(/\s+/)
      : [];
    const problems = [
      ...missing,
      ...(await rootProblems(guest, context)),
      ...(known !== undefined && !replace
        ? [{ field: 'uuid', problem: 'a guest with this UUID is there', value: guest.uuid }]
        : []),
      ...(known === undefined && names.includes(guest.name)
        ? [{ field: 'name', problem: 'another guest has this name', value: guest.name }]
        : []),
    ];
    if (problems.length === 0) return `room for ${guest.name}`;
    throw new ResoleError('virt-host-unfit', `this machine can't take the guest ${guest.name}`, {
      details: problems,
      remedy: 'make room, or give the guest less: --memory, --disk, --cpus, --bridge, --network',
    });
  },
  async undo() {},
};

/** A container starts from a folder that somebody has filled. */
const rootProblems = async (guest: GuestSpec, context: StepContext): Promise<ErrorDetail[]> => {
  if (guest.type !== 'lxc') return [];
  const folder = rootFolderOf(guest);
  if (await isTaken(at(context, `${folder}/sbin/init`))) return [];
  return [
    { field: 'filesystem', problem: `there is no ${folder}/sbin/init: fill that folder first` },
  ];
};
