/** Puts the triggers around what changes the inventory; what only reads it is left as it is. */
import type { Gone, NounService, RemoveOptions } from '../inventory/service.ts';
import type { SettingsService } from '../inventory/settings-service.ts';
import type { Noun } from './events.ts';
import type { Triggers } from './triggers.ts';

/** Nouns whose objects can be added and removed. */
type ObjectNoun = Exclude<Noun, 'settings'>;

/** Any object of a removal as it is, for those who are asked about it. */
export type Look = (gone: Gone) => Promise<unknown>;

/**
 * The same service, with `before-<noun>-<verb>` and `after-<noun>-<verb>` around add, edit, copy (an
 * add whose input has `copyOf`) and remove. Where nobody listens, the service is called at once.
 */
export const withTriggers = <T extends { id?: string | undefined }>(
  service: NounService<T>,
  noun: ObjectNoun,
  triggers: Triggers,
  look: Look,
): NounService<T> => {
  const adding = async (input: unknown, add: () => Promise<T>): Promise<T> => {
    if (!triggers.wants(`${noun}-add`)) return add();
    const about = { noun, verb: 'add', input } as const;
    await triggers.before(`${noun}-add`, about);
    const added = await add();
    await triggers.after(`${noun}-add`, { ...about, new: added });
    return added;
  };
  return {
    ...service,
    add: (input) => adding(input, () => service.add(input)),
    copy: (ref, changes) =>
      adding({ ...(typeof changes === 'object' ? changes : {}), copyOf: ref }, () =>
        service.copy(ref, changes),
      ),
    edit: async (ref, patch, revision) => {
      if (!triggers.wants(`${noun}-edit`)) return service.edit(ref, patch, revision);
      const old = await service.show(ref);
      const about = { noun, verb: 'edit', old, input: patch } as const;
      await triggers.before(`${noun}-edit`, about);
      const next = await service.edit(ref, patch, revision);
      if (!same(old, next)) await triggers.after(`${noun}-edit`, { ...about, new: next });
      return next;
    },
    remove: removal(service, noun, triggers, look),
  };
};

/** Those of one object's removal, and of everything that goes along with it. */
const removal = <T extends { id?: string | undefined }>(
  service: NounService<T>,
  noun: ObjectNoun,
  triggers: Triggers,
  look: Look,
) => {
  const wanted = (nouns: Iterable<ObjectNoun>) =>
    [...nouns].some((one) => triggers.wants(`${one}-remove`));
  return async (ref: string, options: RemoveOptions = {}) => {
    const nouns: ObjectNoun[] = options.recursive ? [noun, ...dependent] : [noun];
    if (options.dryRun || !wanted(nouns)) return service.remove(ref, options);
    const planned = await service.remove(ref, { ...options, dryRun: true });
    const events = await Promise.all(
      planned.removed.flatMap((gone) => {
        if (gone.noun === 'agent') return [];
        const self = gone.id === planned.object.id;
        const kind = self ? noun : gone.noun;
        const of = async () => (self ? planned.object : look(gone));
        return [of().then((old) => ({ noun: kind, verb: 'remove' as const, old }))];
      }),
    );
    for (const event of events) await triggers.before(`${event.noun}-remove`, event);
    const removed = await service.remove(ref, options);
    for (const event of events) await triggers.after(`${event.noun}-remove`, event);
    return removed;
  };
};

/** What a recursive removal can take along. */
const dependent: readonly ObjectNoun[] = ['profile', 'system', 'image', 'template'];

/** The settings, of which there is one: they are only edited. */
export const settingsWithTriggers = (
  service: SettingsService,
  triggers: Triggers,
): SettingsService => ({
  ...service,
  edit: async (patch, revision) => {
    if (!triggers.wants('settings-edit')) return service.edit(patch, revision);
    const old = await service.show();
    const about = { noun: 'settings', verb: 'edit', old, input: patch } as const;
    await triggers.before('settings-edit', about);
    const next = await service.edit(patch, revision);
    if (!same(old, next)) await triggers.after('settings-edit', { ...about, new: next });
    return next;
  },
});

/** An edit that changes nothing is none. */
const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
