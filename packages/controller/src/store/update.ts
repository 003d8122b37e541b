import { ResoleError } from '@resole/protocol';
import type { Collection } from './store.ts';
import { revised, type StoredFields } from './stored.ts';

/**
 * Changes fields of an object whatever else happens to it meanwhile: a write that came in between is
 * kept, and this one is done on top of it.
 * @throws ResoleError `not-found`.
 */
export const update = async <T extends StoredFields>(
  collection: Collection<T>,
  id: string,
  changes: Partial<Omit<T, keyof StoredFields>>,
  now: Date,
): Promise<T> => {
  for (;;) {
    const stored = await collection.get(id);
    if (stored === undefined) throw new ResoleError('not-found', `there is no ${id}`);
    const next = revised(stored, changes, now);
    try {
      await collection.replace(next);
      return next;
    } catch (error) {
      if (!(error instanceof ResoleError) || error.code !== 'revision-conflict') throw error;
    }
  }
};
