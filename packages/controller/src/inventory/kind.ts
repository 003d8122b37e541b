import type { z } from 'zod';
import type { Collection, Store } from '../store/store.ts';
import type { IdPrefix, StoredFields } from '../store/stored.ts';
import type { Gone } from './noun-service.ts';
import type { Problem } from './problems.ts';
import type { World } from './world.ts';

/** The fields that a check corrected or filled in, and what it found wrong. */
export interface Checked<Input> {
  changes: Partial<Input>;
  problems: Problem[];
}

/** What one noun of the inventory has of its own; `service.ts` does the rest for all of them. */
export interface Kind<Input extends { name: string }> {
  noun: Exclude<Gone['noun'], 'agent'>;
  prefix: IdPrefix;
  /** Strict: operators' input. */
  schema: z.ZodObject & z.ZodType<Input>;
  collection(store: Store): Collection<Input & StoredFields>;
  find(store: Store, ref: string): Promise<Input & StoredFields>;
  /** Looks at files that fields name; only those that are being set. Slow, so no lock is held. */
  measure(fields: Partial<Input>): Promise<Checked<Input>>;
  /** Looks at the rest of the inventory; turns names of other objects into ids. */
  check(fields: Partial<Input>, world: World, self: string | undefined): Promise<Checked<Input>>;
  /** Fields that belong to one object only, which a copy doesn't get. */
  unique(source: Partial<Input>): readonly (keyof Input & string)[];
}

/** A check that finds nothing. */
export const nothing = { changes: {}, problems: [] };
