/** Guests as systems of the inventory, and the triggers around what jobs write there. */
import { isDeepStrictEqual } from 'node:util';
import type { System } from '@resole/protocol';
import { inputOf } from '../inventory/patch.ts';
import type { Triggers } from './triggers.ts';

/**
 * Asks and tells of a guest that becomes a system (`system-add`), or of the system that becomes one.
 * @param before the system as it is, if there is one.
 * @throws what `keep` throws, or ResoleError `refused-by-plugin`, `plugin-failed`.
 */
export const aroundGuest = async (
  triggers: Triggers,
  before: (id: string) => Promise<System | undefined>,
  guest: System,
  keep: () => Promise<System>,
): Promise<System> => {
  if (!triggers.wants('system-add') && !triggers.wants('system-edit')) return keep();
  const old = await before(guest.id);
  const input = old === undefined ? inputOf(guest) : changesOf(old, guest);
  if (old !== undefined && Object.keys(input).length === 0) return keep();
  const about =
    old === undefined
      ? ({ noun: 'system', verb: 'add', input } as const)
      : ({ noun: 'system', verb: 'edit', old, input } as const);
  await triggers.before(`system-${about.verb}`, about);
  const kept = await keep();
  await triggers.after(`system-${about.verb}`, { ...about, new: kept });
  return kept;
};

/** A guest's system that left with the job it was made for; it is too late to ask. */
export const afterForgotten = (triggers: Triggers, old: System): Promise<void> =>
  triggers.after('system-remove', { noun: 'system', verb: 'remove', old });

const changesOf = (old: System, next: System): Record<string, unknown> => {
  const before = inputOf(old);
  return Object.fromEntries(
    Object.entries(inputOf(next)).filter(([key, value]) => !isDeepStrictEqual(value, before[key])),
  );
};
