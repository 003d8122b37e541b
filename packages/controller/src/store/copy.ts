import { StoredCollection } from './collection.ts';
import { indicesOf, nouns } from './collections.ts';
import type { CollectionName, IndexOf, ObjectOf, Store } from './store.ts';

/** A store in memory that holds what another one holds; what is written to it goes no further. */
export const copyOf = async (store: Store): Promise<Store> => {
  const copy = <Name extends CollectionName>(name: Name, objects: readonly ObjectOf<Name>[]) =>
    new StoredCollection<ObjectOf<Name>, IndexOf<Name>>(
      nouns[name],
      { save: async () => {}, delete: async () => {} },
      indicesOf(name),
      objects,
    );
  return {
    distros: copy('distros', await store.distros.list()),
    profiles: copy('profiles', await store.profiles.list()),
    systems: copy('systems', await store.systems.list()),
    repos: copy('repos', await store.repos.list()),
    images: copy('images', await store.images.list()),
    templates: copy('templates', await store.templates.list()),
    tokens: copy('tokens', await store.tokens.list()),
    agents: copy('agents', await store.agents.list()),
    facts: copy('facts', await store.facts.list()),
    jobs: copy('jobs', await store.jobs.list()),
    power: copy('power', await store.power.list()),
    settings: copy('settings', await store.settings.list()),
    close: async () => {},
  };
};
