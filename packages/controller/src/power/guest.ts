/** Guests, by the libvirt of their host, which the host's agent is told what to do with. */
import { type GuestPowerAction, ResoleError } from '@resole/protocol';
import type { PowerDriver, PowerIo, PowerTarget } from './driver.ts';
import { notConfigured, unreachable } from './failures.ts';
import { failureOfVirsh, stateOfVirsh } from './virsh.ts';

/** What the driver needs of the rest of the controller. */
export interface GuestPower {
  /**
   * Has the agent of a host act on a guest, at once. @returns libvirt's word for the guest's state,
   * after `status`. @throws ResoleError
   * @param host id of the system that the guest runs on.
   */
  order(
    host: string,
    uuid: string,
    action: GuestPowerAction,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/** Asking again may help: the host's agent connects again by itself, and libvirt is started again. */
const passing: ReadonlySet<string> = new Set(['agent-offline', 'agent-timeout', 'virt-host-unfit']);

const guestOf = (target: PowerTarget) => {
  if (target.guest !== undefined) return target.guest;
  throw notConfigured(target, 'it is no guest, or was never made: resole virt create');
};

export const guestDriver = (port: GuestPower): PowerDriver => {
  const order = async (target: PowerTarget, action: GuestPowerAction, { signal }: PowerIo) => {
    const { host, hostName, uuid } = guestOf(target);
    try {
      return await port.order(host, uuid, action, signal);
    } catch (error) {
      if (!(error instanceof ResoleError)) throw error;
      if (passing.has(error.code)) {
        const detail = `it is switched by its host ${hostName}: ${error.message}`;
        throw unreachable(target, detail, error);
      }
      if (error.code === 'program-failed') throw failureOfVirsh(target, error.message);
      throw error;
    }
  };
  const alter = (action: GuestPowerAction) => async (target: PowerTarget, io: PowerIo) => {
    await order(target, action, io);
    return 'sent' as const;
  };
  return {
    about: 'guests that Resole made, by the agent of their host',
    needs: 'a system with virtHost and machineUuid (`resole virt create` sets them)',
    check: (target) => {
      guestOf(target);
    },
    queue: (target) => `guest ${guestOf(target).uuid}`,
    acts: {
      status: async (target, io) =>
        stateOfVirsh(target, (await order(target, 'status', io)) ?? 'nothing'),
      on: alter('on'),
      off: alter('off'),
      'soft-off': alter('soft-off'),
      reset: alter('reset'),
    },
  };
};
