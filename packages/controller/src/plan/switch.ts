/** Which power system a machine has. Pure. */
import type { Facts, PowerDriverName, System } from '@resole/protocol';

/**
 * The driver that can switch the machine whatever its OS does: the one that is configured, or the
 * BMC whose address and password are known, or the host of a guest. Undefined where only the agent could.
 */
export const hardSwitch = (
  { power, virtHost, machineUuid }: Pick<System, 'power' | 'virtHost' | 'machineUuid'>,
  facts: Pick<Facts, 'bmc'> | undefined,
): Exclude<PowerDriverName, 'auto' | 'agent' | 'wake-on-lan'> | undefined => {
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
