import { Mac, ResoleError, type System } from '@resole/protocol';
import { canonicalIp } from '../store/addresses.ts';
import type { Collection, Keyed, Store } from '../store/store.ts';
import { didYouMean } from './nearest.ts';

/** A collection whose objects are found by id or name. */
export type Named<T extends Keyed & { name: string }> = Collection<T, 'name'>;

export const byIdOrName = async <T extends Keyed & { name: string }>(
  collection: Named<T>,
  ref: string,
): Promise<T | undefined> =>
  (await collection.get(ref)) ?? (await collection.by('name', ref)).at(0);

const notFound = async (noun: string, ref: string, collection: Named<Keyed & { name: string }>) => {
  const names = (await collection.list()).map((object) => object.name);
  return new ResoleError('not-found', `there is no ${noun} "${ref}"`, {
    remedy: didYouMean(ref, names) ?? `see which there are: resole ${noun} list`,
  });
};

/** @throws ResoleError `not-found` with the nearest name. */
export const findNamed = async <T extends Keyed & { name: string }>(
  noun: string,
  collection: Named<T>,
  ref: string,
): Promise<T> => {
  const found = await byIdOrName(collection, ref);
  if (found === undefined) throw await notFound(noun, ref, collection);
  return found;
};

/** The ways to find a system, in the order in which they count. */
const ways: readonly ((store: Store, ref: string) => Promise<(System | undefined)[]>)[] = [
  async ({ systems }, ref) => [await systems.get(ref)],
  async ({ systems }, ref) => {
    const mac = Mac.safeParse(ref).data;
    return mac === undefined ? [] : systems.by('mac', mac);
  },
  ({ systems }, ref) => systems.by('name', ref),
  ({ systems }, ref) => systems.by('hostname', ref.toLowerCase()),
  ({ systems }, ref) => systems.by('uuid', ref.toLowerCase()),
  ({ systems }, ref) => systems.by('dnsName', ref.toLowerCase()),
  ({ systems }, ref) => systems.by('ip', canonicalIp(ref)),
  async ({ systems, facts }, ref) => {
    const known = await facts.by('ip', canonicalIp(ref));
    return Promise.all(known.map(({ id }) => systems.get(id)));
  },
];

/**
 * Finds a system by id, MAC in any notation, name, hostname, machine UUID, DNS name or IP address of
 * an interface, or an address that its agent reported: the first of these that fits counts.
 * @throws ResoleError `not-found`; `invalid-input` where several systems fit.
 */
export const findSystem = async (store: Store, ref: string): Promise<System> => {
  for (const way of ways) {
    const found = (await way(store, ref)).filter((system) => system !== undefined);
    const [first] = found;
    if (first === undefined) continue;
    if (found.length === 1) return first;
    const names = found.map(({ name }) => name).sort();
    throw new ResoleError('invalid-input', `"${ref}" fits several systems: ${names.join(', ')}`, {
      remedy: 'say the name or the id',
    });
  }
  throw await notFound('system', ref, store.systems);
};
