import type {
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
import type { indices } from './indices.ts';

/** What the store itself looks at; objects with a `name` are also unique by it. */
export interface Keyed {
  id: string;
  revision: number;
}

/**
 * Objects of one kind, by id. What is read is what was acknowledged, deeply frozen: to change an
 * object, hand a new one to `replace`.
 */
export interface Collection<T extends Keyed, Index extends string = never> {
  get(id: string): Promise<T | undefined>;
  /** All objects, in order of creation. */
  list(): Promise<T[]>;
  /** The objects that have a key in an index (see indices.ts), in no particular order. */
  by(index: Index, key: string): Promise<T[]>;
  /**
   * Adds an object; it is durable when this resolves.
   * @throws ResoleError `name-taken` where another object of the kind has its name or its id.
   */
  create(object: T): Promise<void>;
  /**
   * Puts a new revision in the place of the stored one; it is durable when this resolves.
   * @throws ResoleError `revision-conflict` unless `object.revision` is the stored one's + 1,
   * `not-found`, `name-taken`.
   */
  replace(object: T): Promise<void>;
  /** @throws ResoleError `not-found`. */
  remove(id: string): Promise<void>;
}

/** Names of a collection's indices. */
export type IndexOf<Name extends keyof typeof indices> = keyof (typeof indices)[Name] & string;

/** Everything that the controller remembers. */
export interface Store {
  distros: Collection<Distro, IndexOf<'distros'>>;
  profiles: Collection<Profile, IndexOf<'profiles'>>;
  systems: Collection<System, IndexOf<'systems'>>;
  repos: Collection<Repo, IndexOf<'repos'>>;
  images: Collection<Image, IndexOf<'images'>>;
  templates: Collection<Template, IndexOf<'templates'>>;
  tokens: Collection<StoredToken>;
  agents: Collection<Agent, IndexOf<'agents'>>;
  /** The latest facts of each system, under the system's id. */
  facts: Collection<StoredFacts, IndexOf<'facts'>>;
  jobs: Collection<Job, IndexOf<'jobs'>>;
  /** What was last known of each system's power, under the system's id. */
  power: Collection<LastPower>;
  /** Holds one object at most. */
  settings: Collection<Settings, IndexOf<'settings'>>;
  /** Waits for what is being written; nothing may be asked of the store afterwards. */
  close(): Promise<void>;
}

export type CollectionName = Exclude<keyof Store, 'close'>;

/** The type of the objects of a collection. */
export type ObjectOf<Name extends CollectionName> =
  Store[Name] extends Collection<infer T> ? T : never;
