/** Field → what its value must be (undefined: anything); see `find`. */
export type Query = Readonly<Record<string, string | undefined>>;

export interface RemoveOptions {
  /** The revision that the removal is based on. */
  revision?: number | undefined;
  /** Takes what exists only because of the object too: sub-profiles, systems, their agents. */
  recursive?: boolean | undefined;
  /** Says what would go, and leaves everything where it is. */
  dryRun?: boolean | undefined;
}

/** One object of a removal, as people would call it. */
export interface Gone {
  noun: 'distro' | 'profile' | 'system' | 'repo' | 'image' | 'template' | 'agent';
  id: string;
  name: string;
}

export interface Removal<T> {
  /** What was asked for, as it was. */
  object: T;
  /** Everything that goes, in the order in which it goes: the object itself comes last. */
  removed: Gone[];
}

/** What can be done with one noun. Inputs are unchecked: every problem of one is reported at once. */
export interface NounService<T> {
  list(filter?: { name?: string | undefined }): Promise<T[]>;
  /**
   * The objects of which every field that the query names has the value: `{ name: 'web*' }`. A value
   * may have globs (`*`, `?`), case doesn't count; fields may be dotted (`virt.memoryMiB`), with `*`
   * for any key (`interfaces.*.mac`); of a list, one entry must fit. References fit by name and id.
   * @throws ResoleError `invalid-input` naming fields that don't exist.
   */
  find(query: Query): Promise<T[]>;
  /** @throws ResoleError `not-found` with the nearest name. */
  show(ref: string): Promise<T>;
  add(input: unknown): Promise<T>;
  /**
   * Sets the fields that `patch` names (null takes one away); renaming is an edit of `name`. Without
   * a change there is no new revision.
   * @throws ResoleError `revision-conflict` where `revision` isn't the stored one.
   */
  edit(ref: string, patch: unknown, revision?: number): Promise<T>;
  /**
   * Adds an object like another one. `changes` is as for `edit` and has to give the new name. What
   * belongs to one machine only (MACs, UUID, hostname, interfaces, disk) is not copied.
   */
  copy(ref: string, changes: unknown): Promise<T>;
  /** @throws ResoleError `object-in-use` naming what depends on it; `revision-conflict`. */
  remove(ref: string, options?: RemoveOptions): Promise<Removal<T>>;
}
