/** Names in place of ids, for people: whatever refers to another object takes either. */
import type { Client } from './client.ts';
import type { Fields } from './flags.ts';

/** Prefix of an id → where its object is. */
const plurals: Readonly<Record<string, string>> = {
  dst: 'distros',
  prf: 'profiles',
  sys: 'systems',
  rep: 'repos',
  img: 'images',
};

const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z]{3}_[a-z2-7]{20}$/.test(value);

/** Fields that refer to other objects, with how to change what they hold. */
const references: Readonly<Record<string, (value: unknown, name: NameOf) => unknown>> = {
  distro: (id, name) => name(id),
  parent: (id, name) => name(id),
  profile: (id, name) => name(id),
  virtHost: (id, name) => name(id),
  repos: (ids, name) => (Array.isArray(ids) ? ids.map(name) : ids),
  virt: (virt, name) => {
    const { image } = virt as Fields;
    return image === undefined ? virt : { ...(virt as Fields), image: name(image) };
  },
};

type NameOf = (id: unknown) => unknown;

/** The object with the names of what it refers to; what isn't there any more stays an id. */
export async function withNames<Object extends Fields>(
  api: Client,
  object: Object,
): Promise<Object> {
  const ids = new Set<string>();
  replaced(object, (id) => {
    if (isId(id)) ids.add(id);
    return id;
  });
  const found = await Promise.all(
    [...ids].map(async (id): Promise<[string, string]> => {
      const plural = plurals[id.slice(0, 3)];
      const path = `/v1/${plural}/${id}`;
      const name = plural && (await api.get<{ name: string }>(path).catch(() => undefined))?.name;
      return [id, name ?? id];
    }),
  );
  const names = new Map(found);
  return replaced(object, (id) => (isId(id) ? (names.get(id) ?? id) : id));
}

const replaced = <Object extends Fields>(object: Object, name: NameOf): Object =>
  Object.fromEntries(
    Object.entries(object).map(([field, value]) => [
      field,
      value === null ? value : (references[field]?.(value, name) ?? value),
    ]),
  ) as Object;
