import type { System } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { type Identity, nameAfter } from './match.ts';

/**
 * The systems that `matchSystem` and `freshName` have to look at for a machine, found by indices: the
 * rest of the inventory can't make a difference. In order of creation.
 */
export const candidates = async (
  store: Store,
  machine: Identity,
  name?: string,
): Promise<System[]> => {
  const { systems } = store;
  const found = [
    ...(await Promise.all(machine.interfaces.map(({ mac }) => systems.by('mac', mac)))).flat(),
    ...(await systems.by('uuid', machine.machineUuid?.toLowerCase() ?? '')),
    ...(await systems.by('hostname', machine.hostname.toLowerCase())),
    ...(await systems.by('name', machine.hostname)),
  ];
  if (name !== undefined) {
    const named = (await systems.get(name)) ?? (await systems.by('name', name)).at(0);
    if (named !== undefined) found.push(named);
  }
  const wanted = nameAfter(machine.hostname);
  for (let count = 1; ; count += 1) {
    const taken = await systems.by('name', count === 1 ? wanted : `${wanted}-${count}`);
    if (taken.length === 0) break;
    found.push(...taken);
  }
  const unique = new Map(found.map((system) => [system.id, system]));
  return [...unique.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};
