/** What each kind of job does to a machine's power: the one table. Pure. */
import type { Plan } from '@resole/protocol';
import { canDo, type RealDriver } from './switch.ts';

type Alterations = Plan['alterations'];

/** Who can do it, the first choice first. */
export type InTurn = readonly [RealDriver, ...RealDriver[]];

/** The act by whoever can do it first, with the next one that `auto` would take. */
const soft = (drivers: InTurn): Pick<Alterations[number], 'driver' | 'fallback'> => {
  const [first = drivers[0], next] = drivers.filter((driver) => canDo(driver, 'soft-off'));
  return { driver: first, ...(next === undefined ? {} : { fallback: next }) };
};

const intoNewOs = {
  action: 'reboot',
  driver: 'installer',
  when: 'when the installation is done, into the new OS',
} as const;

const startGuest = { action: 'start-guest', driver: 'agent of the host' } as const;

export const alterations = {
  'reinstall by agent': (action: 'kexec' | 'reboot'): Alterations => [
    { action, driver: 'agent', when: 'at the hand-over, into the installer' },
    intoNewOs,
  ],
  'reinstall by BMC': (driver: RealDriver): Alterations => [
    { action: 'boot-device', driver, when: 'before the hand-over: the network, for one boot' },
    {
      action: 'cycle',
      driver,
      when: 'at the hand-over, into the installer: cancelling is possible up to here',
    },
    intoNewOs,
  ],
  /** Beside those, where the profile's policy says so. */
  'stalled installer': (driver: RealDriver): Alterations => [
    {
      action: 'cycle',
      driver,
      only: 'stalled',
      when: 'once, if the installer stalls: the machine falls back to the old OS',
    },
  ],
  // Also what makes a changed configuration take effect: kernel options, a kernel, the boot order.
  reboot: (): Alterations => [{ action: 'reboot', driver: 'agent', when: 'at once' }],
  shutdown: (): Alterations => [{ action: 'power-off', driver: 'agent', when: 'at once' }],
  decommission: (drivers: InTurn): Alterations => [
    { action: 'power-off', ...soft(drivers), when: 'at once' },
  ],
  'agent-update': (): Alterations => [],
  virt: (): Alterations => [],
  /** @param twice Its installer switches it off: it is started again, into the new OS. */
  'virt-create': (twice: boolean): Alterations => [
    { ...startGuest, when: 'at the hand-over' },
    ...(twice
      ? [{ ...startGuest, when: 'when the installer has switched it off, into the new OS' }]
      : []),
  ],
} as const;
