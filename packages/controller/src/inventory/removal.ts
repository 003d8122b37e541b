import type { Store } from '../store/store.ts';
import { type Dependant, dependantsOf, inUse, usersOfTemplate } from './dependants.ts';
import type { Gone } from './noun-service.ts';

/**
 * Whether something exists only because of the object: profiles of a distro, sub-profiles, systems
 * of a profile, agents of a system. What merely mentions an object (repos, images, hosts of guests)
 * is never removed for its sake.
 */
const belongsTo = (object: Gone, { noun }: Dependant): boolean =>
  object.noun === 'system'
    ? noun === 'agent'
    : (object.noun === 'distro' || object.noun === 'profile') &&
      (noun === 'profile' || noun === 'system');

const dependants = (store: Store, { noun, id, name }: Gone): Promise<Dependant[]> =>
  noun === 'template' ? usersOfTemplate(store, name) : dependantsOf(store, id);

/** The object with everything that belongs to it, at any depth, by id. */
const family = async (store: Store, root: Gone): Promise<Map<string, Gone>> => {
  const found = new Map([[root.id, root]]);
  for (const object of found.values()) {
    for (const dependant of await dependants(store, object)) {
      const { noun, id, name } = dependant;
      if (noun === 'settings' || noun === 'job' || !belongsTo(object, dependant)) continue;
      found.set(id, { noun, id, name });
    }
  }
  return found;
};

/**
 * What goes when an object goes, in the order in which nothing is ever missing what it refers to:
 * dependants first, the object last.
 * @throws ResoleError `object-in-use` naming what would be left without it.
 */
export const removalOf = async (
  store: Store,
  what: string,
  root: Gone,
  recursive: boolean,
): Promise<Gone[]> => {
  const going = recursive ? await family(store, root) : new Map([[root.id, root]]);
  const blockers = new Map<string, Dependant>();
  const order = new Map<string, Gone>();
  const seen = new Set<string>();
  let canGoAlong = true;
  const visit = async (object: Gone): Promise<void> => {
    if (seen.has(object.id)) return;
    seen.add(object.id);
    for (const dependant of await dependants(store, object)) {
      const first = going.get(dependant.id);
      if (first !== undefined) await visit(first);
      else {
        blockers.set(dependant.id, dependant);
        canGoAlong &&= belongsTo(object, dependant);
      }
    }
    order.set(object.id, object);
  };
  await visit(root);
  for (const object of going.values()) await visit(object);
  if (blockers.size === 0) return [...order.values()];
  throw inUse(
    what,
    [...blockers.values()],
    canGoAlong ? 'remove or change what uses it first, or remove it all: --recursive' : undefined,
  );
};
