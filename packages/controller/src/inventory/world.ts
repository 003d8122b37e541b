import type { Store } from '../store/store.ts';

/** What checks look at beside the object itself: always by an index, never by reading everything. */
export interface World {
  store: Store;
  /** Names of the templates that come with Resole. */
  shipped: ReadonlySet<string>;
}

/** Whether a template exists, shipped or stored; for a folder (`fai/`), whether one is in it. */
export const isTemplate = async ({ store, shipped }: World, ref: string): Promise<boolean> => {
  if (!ref.endsWith('/')) {
    return shipped.has(ref) || (await store.templates.by('name', ref)).length > 0;
  }
  if ((await store.templates.by('folder', ref)).length > 0) return true;
  return [...shipped].some((name) => name.startsWith(ref));
};

export const templateNames = async ({ store, shipped }: World): Promise<string[]> => [
  ...new Set([...shipped, ...(await store.templates.list()).map(({ name }) => name)]),
];
