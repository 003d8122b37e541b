import { type GuestAction, type Plan, ResoleError, type System } from '@resole/protocol';
import { alterations } from '../alterations.ts';

/** Acts after which something is gone. */
const destructive: ReadonlySet<GuestAction> = new Set(['undefine']);

/**
 * Plans one act on a guest, or a look at all guests of a host. Pure.
 * @param system The guest; for `list` the host itself.
 */
export const planVirtAct = (
  action: GuestAction,
  system: Pick<System, 'id' | 'name' | 'machineUuid'>,
  host: Pick<System, 'id' | 'name'>,
): Plan => {
  const { machineUuid: uuid } = system;
  if (action !== 'list' && uuid === undefined) {
    throw new ResoleError('invalid-input', `${system.name} has no machine UUID`, {
      remedy: 'it was never made: resole virt create',
    });
  }
  return {
    kind: 'virt',
    system: { id: system.id, name: system.name },
    host: { id: host.id, name: host.name },
    steps: [
      {
        step: 'guest',
        args: { action, ...(uuid === undefined || action === 'list' ? {} : { uuid }) },
      },
    ],
    pointOfNoReturn: 1,
    alterations: alterations.virt(),
    erases: [],
    deadlines: { queued: 300, staging: 300 },
    warnings: destructive.has(action) ? [`all disks of ${system.name} are deleted`] : [],
  };
};
