import type { KeysOf } from './indices.ts';

/** Key → ids of the objects that have it. A key of one object only, as most are, costs no set. */
export class KeyIndex<T extends { id: string }> {
  readonly #keysOf: KeysOf<T>;
  readonly #ids = new Map<string, string | Set<string>>();

  constructor(keysOf: KeysOf<T>) {
    this.#keysOf = keysOf;
  }

  find(key: string): Iterable<string> {
    const ids = this.#ids.get(key);
    if (ids === undefined) return [];
    return typeof ids === 'string' ? [ids] : ids;
  }

  /** @param before what the object was, undefined for a new one; @param after undefined: removed. */
  change(before: T | undefined, after: T | undefined): void {
    const old = before === undefined ? noKeys : this.#keys(before);
    const now = after === undefined ? noKeys : this.#keys(after);
    if (before) for (const key of old) if (!now.has(key)) this.#drop(key, before.id);
    if (after) for (const key of now) if (!old.has(key)) this.#add(key, after.id);
  }

  #keys(object: T): ReadonlySet<string> {
    return new Set(this.#keysOf(object).filter((key) => key !== undefined));
  }

  #add(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === undefined) this.#ids.set(key, id);
    else if (typeof ids === 'string') this.#ids.set(key, new Set([ids, id]));
    else ids.add(id);
  }

  #drop(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === undefined || typeof ids === 'string') this.#ids.delete(key);
    else {
      ids.delete(id);
      if (ids.size === 0) this.#ids.delete(key);
    }
  }
}

const noKeys: ReadonlySet<string> = new Set();
