/** What each kind of job does to a machine's power, and who would where that one can't: the one table. Pure. */
import type { Plan } from '@resole/protocol';
import { canDo, type RealDriver } from './switch.ts';

type Alterations = Plan['alterations'];
type Fallback = Pick<Alterations[number], 'fallback' | 'noFallback'>;

/** Who can do it, the first choice first. */
export type InTurn = readonly [RealDriver, ...RealDriver[]];

const none = (why: string): Fallback => ({ noFallback: why });

/** The power system that acts in the agent's place; undefined where none is known. */
const hard = (driver: RealDriver | undefined): Fallback =>
  driver === undefined ? none('no BMC of it is known') : { fallback: driver };

/** What could act in the agent's place, and whether it may. */
interface Stead {
  bmc: RealDriver | undefined;
  wanted: boolean;
}

const inStead = ({ bmc, wanted }: Stead): Fallback => (wanted ? hard(bmc) : none('not wanted'));

/** The act by whoever can do it first, with the next one that `auto` would take. */
const soft = (drivers: InTurn): Fallback & { driver: RealDriver } => {
  const [first = drivers[0], next] = drivers.filter((driver) => canDo(driver, 'soft-off'));
  const alone = first === 'agent' ? hard(undefined) : none('its agent is not connected');
  return { driver: first, ...(next === undefined ? alone : { fallback: next }) };
};

const intoNewOs = {
  action: 'reboot',
  driver: 'installer',
  when: 'when the installation is done, into the new OS',
  // A machine that is silent now may be up, with an agent that does not get through.
  ...none('the new OS may be running already'),
} as const;

const startGuest = {
  action: 'start-guest',
  driver: 'agent of the host',
  ...none('nobody else is on the host'),
} as const;

export const alterations = {
  /**
   * What is armed for one boot in the boot loader survives a power cycle, which so leads into the
   * installer, or where that has begun unheard, out of it again. A loaded kexec kernel does not.
   * @param bmc what could cycle it
   */
  'reinstall by agent': (action: 'kexec' | 'reboot', bmc: RealDriver | undefined): Alterations => [
    {
      action,
      driver: 'agent',
      when: 'at the hand-over, into the installer',
      ...(action === 'kexec' ? none('a power cycle leads back to the old OS') : hard(bmc)),
    },
    intoNewOs,
  ],
  'reinstall by BMC': (driver: RealDriver): Alterations => [
    {
      action: 'boot-device',
      driver,
      when: 'before the hand-over: the network, for one boot',
      ...none('nothing else can order a network boot'),
    },
    {
      action: 'cycle',
      driver,
      when: 'at the hand-over, into the installer: cancelling is possible up to here',
      ...none('no agent has a part in it'),
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
      ...none('no agent runs then'),
    },
  ],
  // Also what makes a changed configuration take effect: kernel options, a kernel, the boot order.
  reboot: (stead: Stead): Alterations => [
    { action: 'reboot', driver: 'agent', when: 'at once', ...inStead(stead) },
  ],
  shutdown: (stead: Stead): Alterations => [
    { action: 'power-off', driver: 'agent', when: 'at once', ...inStead(stead) },
  ],
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

/** Who takes the machine down where its agent, having handed over, does not; undefined where nobody. */
export const handOverFallback = ({ kind, alterations }: Plan): RealDriver | undefined =>
  kind === 'decommission'
    ? undefined
    : (alterations.find(({ driver }) => driver === 'agent')?.fallback as RealDriver | undefined);
