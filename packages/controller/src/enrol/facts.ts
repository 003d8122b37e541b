import type { Facts } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { revised, stamped } from '../store/stored.ts';
import { withHistory } from './facts-history.ts';

/** Puts the facts of a system in the place of those before. */
export const keepFacts = async (
  store: Store,
  system: string,
  facts: Facts,
  now: Date,
): Promise<void> => {
  const before = await store.facts.get(system);
  if (before) {
    const history = withHistory(before.history ?? [], before.facts, facts, now.toISOString());
    await store.facts.replace(revised(before, { facts, history }, now));
  } else await store.facts.create(stamped({ id: system, facts }, now));
};
