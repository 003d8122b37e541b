import { StoredCollection } from './collection.ts';
import { indicesOf, nouns } from './collections.ts';
import type { CollectionName, IndexOf, ObjectOf, Store } from './store.ts';

/** A store that forgets everything with the process: for tests, by the same rules as the real ones. */
export const memoryStore = (): Store => {
  const collection = <Name extends CollectionName>(name: Name) =>
    new StoredCollection<ObjectOf<Name>, IndexOf<Name>>(
      nouns[name],
      { save: async () => {}, delete: async () => {} },
      indicesOf(name),
    );
  return {
    distros: collection('distros'),
    profiles: collection('profiles'),
    systems: collection('systems'),
    repos: collection('repos'),
    images: collection('images'),
    templates: collection('templates'),
    tokens: collection('tokens'),
    agents: collection('agents'),
    facts: collection('facts'),
    jobs: collection('jobs'),
    power: collection('power'),
    settings: collection('settings'),
    close: async () => {},
  };
};
