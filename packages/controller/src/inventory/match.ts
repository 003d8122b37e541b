import { type Facts, ResoleError, type System } from '@resole/protocol';

/** What tells one machine from another. */
export type Identity = Pick<Facts, 'hostname' | 'machineUuid'> & {
  interfaces: readonly { mac: string }[];
};

/** All MACs that a system is known by. */
export const macsOf = (system: Pick<System, 'macs' | 'interfaces'>): string[] => [
  ...(system.macs ?? []),
  ...Object.values(system.interfaces ?? {}).flatMap(({ mac }) => (mac === undefined ? [] : [mac])),
];

const isBlank = (system: System): boolean =>
  macsOf(system).length === 0 && system.machineUuid === undefined;

/**
 * The system that a machine is: by MAC first, then by its UUID, then by its name (or, where none is
 * given, by its host name) if that system has no identity yet.
 * @param name The system that somebody says it is.
 * @returns undefined for a machine that nobody knows.
 * @throws ResoleError `machine-mismatch` where `name` is another machine, or the machine another system.
 */
export const matchSystem = (
  systems: readonly System[],
  machine: Identity,
  name?: string,
): System | undefined => {
  const macs = new Set(machine.interfaces.map(({ mac }) => mac));
  const uuid = machine.machineUuid?.toLowerCase();
  const known =
    systems.find((system) => macsOf(system).some((mac) => macs.has(mac))) ??
    systems.find((system) => uuid !== undefined && system.machineUuid === uuid);
  if (name === undefined) {
    const called = ({ name: own, hostname }: System) =>
      own === machine.hostname || hostname === machine.hostname;
    return known ?? systems.find((system) => isBlank(system) && called(system));
  }
  const named = systems.find((system) => system.name === name || system.id === name);
  if (known !== undefined && known !== named) {
    throw new ResoleError('machine-mismatch', `this machine is known as ${known.name}`, {
      remedy: `say ${known.name}, or rename it: resole system rename ${known.name} ${name}`,
    });
  }
  if (known === undefined && named !== undefined && !isBlank(named)) {
    throw new ResoleError('machine-mismatch', `${name} is another machine: MACs and UUID differ`, {
      remedy: 'give another name, or take the old identity away: resole system edit … --unset macs',
    });
  }
  return known ?? named;
};

/** What a host name leaves that can be a system's name. */
export const nameAfter = (hostname: string): string => {
  const base = hostname.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return base === '' ? 'system' : base.slice(0, 50);
};

/** A name for a machine that nobody knows, after its host name, that no system has. */
export const freshName = (systems: readonly System[], hostname: string): string => {
  const wanted = nameAfter(hostname);
  const taken = new Set(systems.map((system) => system.name));
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  return name;
};
