import type { Facts, System } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { newId, revised, stamped } from '../store/stored.ts';

/**
 * The system that a machine is, by MAC first, then by its UUID, then by a system of its host name
 * that has no identity yet; a machine that nobody knows becomes a new system, named after its host.
 */
export const systemFor = async (store: Store, facts: Facts, now: Date): Promise<System> => {
  const systems = await store.systems.list();
  const macs = facts.interfaces.map((each) => each.mac);
  const found =
    systems.find((system) => system.macs?.some((mac) => macs.includes(mac))) ??
    systems.find((system) => facts.machineUuid && system.machineUuid === facts.machineUuid) ??
    systems.find((system) => isBlank(system) && isCalled(system, facts.hostname));
  if (!found) return added(store, systems, facts, macs, now);
  const identity = {
    macs: [...new Set([...(found.macs ?? []), ...macs])],
    ...(facts.machineUuid === undefined ? {} : { machineUuid: facts.machineUuid }),
  };
  const system = revised(found, identity, now);
  await store.systems.replace(system);
  return system;
};

const isBlank = (system: System): boolean =>
  (system.macs ?? []).length === 0 && system.machineUuid === undefined;

const isCalled = (system: System, hostname: string): boolean =>
  system.name === hostname || system.hostname === hostname;

const added = async (
  store: Store,
  systems: System[],
  facts: Facts,
  macs: string[],
  now: Date,
): Promise<System> => {
  const base = facts.hostname.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const wanted = base === '' ? 'system' : base.slice(0, 50);
  const taken = new Set(systems.map((system) => system.name));
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  const system: System = stamped(
    {
      id: newId('sys'),
      name,
      hostname: facts.hostname,
      macs,
      ...(facts.machineUuid === undefined ? {} : { machineUuid: facts.machineUuid }),
    },
    now,
  );
  await store.systems.create(system);
  return system;
};
