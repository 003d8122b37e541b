/** From a system to the drivers that can switch it, the first choice first. */
import type { Facts, PowerDriverName, System } from '@resole/protocol';
import { ResoleError } from '@resole/protocol';
import { usable } from '../inventory/refused.ts';
import type { RealDriver } from '../plan/switch.ts';
import { driversInTurn } from '../plan/switch.ts';
import { broadcastsOf } from './broadcasts.ts';
import type { PowerTarget } from './driver.ts';

export interface PowerSource {
  system: System;
  facts: Facts | undefined;
  hasAgent: boolean;
  /** The system that a guest runs on. */
  host?: { id: string; name: string };
  /** Makes the stored password readable. */
  open(sealed: string): string;
}

/** The target of a driver; options and address are meant for the system's own driver only. */
export const targetOf = (source: PowerSource, driver: RealDriver): PowerTarget => {
  const { system, facts } = source;
  const { power = {} } = usable('system', system, 'power');
  const own = belongs(power.driver ?? 'auto', driver);
  const address = power.address ?? (isBmc(driver) ? facts?.bmc?.address : undefined);
  const macs = [
    ...(system.macs ?? []),
    ...Object.values(system.interfaces ?? {}).flatMap(({ mac, bmc }) =>
      mac === undefined || bmc === true ? [] : [mac],
    ),
    ...(facts?.interfaces.map(({ mac }) => mac) ?? []),
  ];
  const { host } = source;
  const broadcasts = broadcastsOf([
    ...Object.values(system.interfaces ?? {}).flatMap(({ ipv4, bmc }) =>
      bmc === true ? [] : (ipv4?.addresses ?? []),
    ),
    ...(facts?.interfaces.flatMap(({ addresses }) => addresses) ?? []),
  ]);
  const { machineUuid: uuid } = system;
  const { protocol: _, ...options } = power.options ?? {};
  return {
    system: system.id,
    name: system.name,
    macs: [...new Set(macs)],
    ...(broadcasts.length === 0 ? {} : { broadcasts }),
    options: own ? options : {},
    ...(driver === 'guest' && host !== undefined && uuid !== undefined
      ? { guest: { host: host.id, hostName: host.name, uuid } }
      : {}),
    ...(own && address !== undefined ? { address } : {}),
    ...(own && power.port !== undefined ? { port: power.port } : {}),
    ...(own && power.user !== undefined ? { user: power.user } : {}),
    ...(own && power.password !== undefined ? { password: source.open(power.password) } : {}),
  };
};

const isBmc = (driver: PowerDriverName): boolean => driver === 'ipmi' || driver === 'redfish';

/** Whether what the system's power says is meant for this driver. */
const belongs = (configured: PowerDriverName, driver: RealDriver): boolean =>
  configured === driver || (configured === 'auto' && isBmc(driver));

/**
 * The drivers to try in turn.
 * @param wanted in place of the system's own
 * @throws ResoleError `power-not-configured` where there is none.
 */
export const candidates = (source: PowerSource, wanted?: PowerDriverName): RealDriver[] => {
  const { system, facts, hasAgent } = source;
  const hasMac = targetOf(source, 'wake-on-lan').macs.length > 0;
  const found = driversInTurn({ system, facts, hasAgent, hasMac }, wanted);
  if (found.length > 0) return found;
  const seen = facts?.bmc
    ? `; its BMC at ${facts.bmc.address ?? 'an unknown address'} was detected: \`resole power detect ${system.name}\``
    : '';
  throw new ResoleError(
    'power-not-configured',
    `nothing is known that could switch ${system.name}${seen}`,
    {
      remedy: `resole system edit ${system.name} --power-driver ipmi --power-address ADDRESS --power-user USER --power-password-file FILE`,
    },
  );
};
