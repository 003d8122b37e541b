import {
  Agent,
  Distro,
  Image,
  Job,
  LastPower,
  Profile,
  Repo,
  Settings,
  StoredFacts,
  StoredToken,
  System,
  Template,
} from '@resole/protocol';
import type { z } from 'zod';
import { indices, type KeysOf } from './indices.ts';
import type { CollectionName, IndexOf, ObjectOf } from './store.ts';

/** Every collection of the store with the schema of what it holds; a backend goes through this list. */
export const collections = {
  distros: Distro,
  profiles: Profile,
  systems: System,
  repos: Repo,
  images: Image,
  templates: Template,
  tokens: StoredToken,
  agents: Agent,
  facts: StoredFacts,
  jobs: Job,
  power: LastPower,
  settings: Settings,
} as const satisfies { [Name in CollectionName]: z.ZodType<ObjectOf<Name>> };

/** The collections of what operators write, by rules that may become stricter. */
export const operators: ReadonlySet<CollectionName> = new Set<CollectionName>([
  'distros',
  'profiles',
  'systems',
  'repos',
  'images',
  'templates',
  'settings',
]);

/** What people call one object of a collection. */
export const nouns = {
  distros: 'distro',
  profiles: 'profile',
  systems: 'system',
  repos: 'repo',
  images: 'image',
  templates: 'template',
  tokens: 'join token',
  agents: 'agent',
  facts: 'facts',
  jobs: 'job',
  power: 'power state',
  settings: 'settings',
} as const satisfies Record<CollectionName, string>;

/** The indices of a collection; the cast says what the table's own type has checked for each name. */
export const indicesOf = <Name extends CollectionName>(
  name: Name,
): Readonly<Record<IndexOf<Name>, KeysOf<ObjectOf<Name>>>> =>
  indices[name] as unknown as Record<IndexOf<Name>, KeysOf<ObjectOf<Name>>>;
