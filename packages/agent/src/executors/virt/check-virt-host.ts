/** Step check-virt-host: is there room for the guest? Everything that is missing, at once. */
import { ResoleError, roomProblems } from '@resole/protocol';
import { readVirtHost } from '../../facts/virt-host.ts';
import type { Executor } from '../../ports.ts';
import { stateOf, virsh } from './virsh.ts';

export const checkVirtHost: Executor<'check-virt-host'> = {
  async execute({ guest, replace }, context) {
    const host = await readVirtHost(context.run, context.root);
    if (host === undefined) {
      throw new ResoleError('virt-host-unfit', 'libvirt does not answer on this machine', {
        remedy: 'install libvirt-daemon-system and virtinst, and start libvirtd',
      });
    }
    const known = await stateOf(context, guest.uuid, guest.type);
    const names = (await virsh(context, ['list', '--all', '--name'], guest.type)).split(/\s+/);
    const problems = [
      ...roomProblems(guest, host),
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
      remedy: 'make room, or give the guest less: --memory, --disk, --cpus, --bridge, --pool',
    });
  },
  async undo() {},
};
