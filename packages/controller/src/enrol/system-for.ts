import { type Facts, HostName, type System } from '@resole/protocol';
import { candidates } from '../inventory/candidates.ts';
import { freshName, matchSystem } from '../inventory/match.ts';
import type { Store } from '../store/store.ts';
import { newId, revised, stamped } from '../store/stored.ts';

/**
 * The system that a machine is (see `matchSystem`), with the machine's identity noted; one that
 * nobody knows becomes a new system. To be run while nobody else writes systems.
 * @param name The system that the join token is for.
 * @throws ResoleError `machine-mismatch`
 */
export const systemFor = async (
  store: Store,
  facts: Facts,
  name: string | undefined,
  now: Date,
): Promise<System> => {
  const systems = await candidates(store, facts, name);
  const uuid = facts.machineUuid === undefined ? {} : { machineUuid: facts.machineUuid };
  const known = matchSystem(systems, facts, name);
  const macs = await freeMacs(store, facts, known);
  if (known === undefined) {
    // What a machine calls itself may be no host name; its name is made fit by `freshName`.
    const { data: hostname } = HostName.safeParse(facts.hostname);
    const system: System = stamped(
      {
        id: newId('sys'),
        name: name ?? freshName(systems, facts.hostname),
        ...(hostname === undefined ? {} : { hostname }),
        macs,
        ...uuid,
      },
      now,
    );
    await store.systems.create(system);
    return system;
  }
  const identity = { macs: [...new Set([...(known.macs ?? []), ...macs])], ...uuid };
  const system = revised(known, identity, now);
  await store.systems.replace(system);
  return system;
};

/** The machine's MACs that no other system claims: one that was put into another machine stays there. */
const freeMacs = async (
  store: Store,
  { interfaces }: Facts,
  known: System | undefined,
): Promise<string[]> => {
  const macs: string[] = [];
  for (const { mac } of interfaces) {
    const owners = await store.systems.by('mac', mac);
    if (owners.every(({ id }) => id === known?.id)) macs.push(mac);
  }
  return macs;
};
