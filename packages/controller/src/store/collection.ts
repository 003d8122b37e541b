import { ResoleError } from '@resole/protocol';
import type { KeysOf } from './indices.ts';
import { KeyIndex } from './key-index.ts';
import type { Collection, Keyed } from './store.ts';

/** Where a collection's objects are kept; both resolve when the change is durable. */
export interface Backing<T> {
  save(object: T): Promise<void>;
  delete(id: string): Promise<void>;
}

const nameOf = (object: object): string | undefined =>
  'name' in object && typeof object.name === 'string' ? object.name : undefined;

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
};

/** What JSON keeps of an object, cut off from the original and frozen. */
const kept = <T>(object: T): T => freeze(JSON.parse(JSON.stringify(object)) as T);

/**
 * The rules of a collection over any backing: unique names, revisions, and that a reader sees only
 * what is durable. Changes of one object wait for each other; those of different objects don't.
 */
export class StoredCollection<T extends Keyed, Index extends string = never>
  implements Collection<T, Index>
{
  readonly #noun: string;
  readonly #backing: Backing<T>;
  readonly #objects = new Map<string, T>();
  /** Names in use or just being taken, with the id of who has them. */
  readonly #names = new Map<string, string>();
  readonly #indices: ReadonlyMap<string, KeyIndex<T>>;
  /** The end of the last change of each object that is being changed. */
  readonly #changes = new Map<string, Promise<unknown>>();

  /** @param objects what the backing holds already, in order of creation. */
  constructor(
    noun: string,
    backing: Backing<T>,
    indices: Readonly<Record<Index, KeysOf<T>>>,
    objects: Iterable<T> = [],
  ) {
    this.#noun = noun;
    this.#backing = backing;
    this.#indices = new Map(
      Object.entries<KeysOf<T>>(indices).map(([name, keysOf]) => [name, new KeyIndex(keysOf)]),
    );
    for (const object of objects) {
      this.#takeName(object);
      this.#keep(undefined, freeze(object));
    }
  }

  async get(id: string): Promise<T | undefined> {
    return this.#objects.get(id);
  }

  async list(): Promise<T[]> {
    return [...this.#objects.values()];
  }

  async by(index: Index, key: string): Promise<T[]> {
    const found: T[] = [];
    for (const id of this.#indices.get(index)?.find(key) ?? []) {
      const object = this.#objects.get(id);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  create(object: T): Promise<void> {
    return this.#inTurn(object.id, async () => {
      if (this.#objects.has(object.id)) {
        throw new ResoleError('name-taken', `${this.#noun} ${object.id} exists already`);
      }
      await this.#save(kept(object), undefined);
    });
  }

  replace(object: T): Promise<void> {
    return this.#inTurn(object.id, async () => {
      const stored = this.#stored(object.id);
      if (object.revision !== stored.revision + 1) {
        throw new ResoleError(
          'revision-conflict',
          `${this.#noun} ${nameOf(stored) ?? stored.id} was changed meanwhile: it is at revision ` +
            `${stored.revision}, the change is based on ${object.revision - 1}`,
          { remedy: 'read it again, and repeat the change' },
        );
      }
      await this.#save(kept(object), stored);
    });
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      const stored = this.#stored(id);
      await this.#backing.delete(id);
      this.#keep(stored, undefined);
      this.#dropName(stored);
    });
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    while (this.#changes.size > 0) await Promise.allSettled(this.#changes.values());
  }

  #stored(id: string): T {
    const stored = this.#objects.get(id);
    if (stored === undefined) throw new ResoleError('not-found', `there is no ${this.#noun} ${id}`);
    return stored;
  }

  async #save(object: T, before: T | undefined): Promise<void> {
    const renamed = before === undefined || nameOf(before) !== nameOf(object);
    if (renamed) this.#takeName(object);
    try {
      await this.#backing.save(object);
    } catch (cause) {
      if (renamed) this.#dropName(object);
      throw cause;
    }
    this.#keep(before, object);
    if (renamed && before !== undefined) this.#dropName(before);
  }

  /** Lets readers see a change that is durable. */
  #keep(before: T | undefined, after: T | undefined): void {
    for (const index of this.#indices.values()) index.change(before, after);
    if (after !== undefined) this.#objects.set(after.id, after);
    else if (before !== undefined) this.#objects.delete(before.id);
  }

  #takeName(object: T): void {
    const name = nameOf(object);
    if (name === undefined) return;
    const owner = this.#names.get(name);
    if (owner !== undefined && owner !== object.id) {
      throw new ResoleError('name-taken', `there is a ${this.#noun} "${name}" already`, {
        remedy: 'choose another name, or edit the one that is there',
      });
    }
    this.#names.set(name, object.id);
  }

  #dropName(object: T): void {
    const name = nameOf(object);
    if (name !== undefined && this.#names.get(name) === object.id) this.#names.delete(name);
  }

  #inTurn(id: string, change: () => Promise<void>): Promise<void> {
    const turn = (this.#changes.get(id) ?? Promise.resolve()).then(change, change);
    this.#changes.set(id, turn);
    const forget = () => {
      if (this.#changes.get(id) === turn) this.#changes.delete(id);
    };
    turn.then(forget, forget);
    return turn;
  }
}
