/** Which power systems a machine has, and what each can do. Pure. */
import type { Facts, PowerAction, PowerDriverName, System } from '@resole/protocol';

export type RealDriver = Exclude<PowerDriverName, 'auto'>;

/** What says by which power system a machine is switched. */
type Switched = Pick<System, 'power' | 'virtHost' | 'machineUuid'>;

const BMC: ReadonlySet<PowerAction> = new Set([
  ...(['status', 'on', 'off', 'soft-off', 'reset', 'cycle', 'boot-device'] as const),
]);

/** What the drivers can do; the registry of `power/` is held against it by a test. */
export const capabilities: Readonly<Record<RealDriver, ReadonlySet<PowerAction>>> = {
  agent: new Set(['status', 'off', 'soft-off', 'reset']),
  guest: new Set(['status', 'on', 'off', 'soft-off', 'reset']),
  ipmi: BMC,
  redfish: BMC,
  fence: new Set(['status', 'on', 'off']),
  'wake-on-lan': new Set(['on']),
  libvirt: new Set(['status', 'on', 'off', 'soft-off', 'reset']),
  command: BMC,
};

/** Whether a driver can do it; without a cycle of its own, by switching off and on. */
export const canDo = (driver: RealDriver, action: PowerAction): boolean => {
  const can = capabilities[driver];
  return can.has(action) || (action === 'cycle' && can.has('off') && can.has('on'));
};

/**
 * The driver that can switch the machine whatever its OS does: the one that is configured, or the
 * BMC whose address and password are known, or the host of a guest. Undefined where only the agent could.
 */
export const hardSwitch = (
  { power, virtHost, machineUuid }: Switched,
  facts: Pick<Facts, 'bmc'> | undefined,
): Exclude<RealDriver, 'agent' | 'wake-on-lan'> | undefined => {
  const driver = power?.driver ?? 'auto';
  if (driver === 'agent' || driver === 'wake-on-lan') return undefined;
  if (driver !== 'auto') return driver;
  const { address = facts?.bmc?.address, password, options } = power ?? {};
  if (address === undefined || password === undefined) {
    return virtHost === undefined || machineUuid === undefined ? undefined : 'guest';
  }
  const protocols = facts?.bmc?.protocols ?? [];
  const detected = protocols.length === 1 ? protocols[0] : 'ipmi';
  return (options?.protocol ?? detected) === 'redfish' ? 'redfish' : 'ipmi';
};

/** The driver that can have the firmware boot from the network, whatever the OS does. */
export const netbootSwitch = (
  system: Switched,
  facts: Pick<Facts, 'bmc'> | undefined,
): RealDriver | undefined => {
  const driver = hardSwitch(system, facts);
  return driver !== undefined && canDo(driver, 'boot-device') && canDo(driver, 'cycle')
    ? driver
    : undefined;
};

interface Machine {
  system: Switched;
  facts: Pick<Facts, 'bmc'> | undefined;
  /** Whether an agent is enrolled. */
  hasAgent: boolean;
  /** Whether a MAC is known, for magic packets. */
  hasMac: boolean;
}

/**
 * The drivers to try in turn. Where one is named, only that one; `auto` takes the BMC that is
 * configured or was detected or the guest's host, then the agent, then a magic packet.
 * @param wanted in place of the system's own
 */
export const driversInTurn = (
  { system, facts, hasAgent, hasMac }: Machine,
  wanted?: PowerDriverName,
): RealDriver[] => {
  const own = system.power?.driver ?? 'auto';
  const driver = wanted ?? own;
  if (driver !== 'auto') return [driver];
  const bmc = hardSwitch(system, facts);
  const others: RealDriver[] = [
    ...(hasAgent ? (['agent'] as const) : []),
    ...(hasMac && bmc !== 'guest' ? (['wake-on-lan'] as const) : []),
  ];
  return [
    ...(bmc === undefined ? [] : [bmc]),
    ...(own === 'auto' || own === bmc ? [] : [own]),
    ...others.filter((each) => each !== own),
  ];
};
