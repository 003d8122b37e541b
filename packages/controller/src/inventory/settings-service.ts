import { type Settings, SettingsInput } from '@resole/protocol';
import { newId, rewritten, stamped } from '../store/stored.ts';
import { checkRevision, differs, patched, readPatch } from './patch.ts';
import { refuse } from './problems.ts';
import { optionProblems } from './references.ts';
import type { ServiceContext } from './service.ts';
import { validate } from './validate.ts';
import { readWorld } from './world.ts';

/** The one object at the root of inheritance. */
export interface SettingsService {
  show(): Promise<Settings>;
  edit(patch: unknown, revision?: number): Promise<Settings>;
}

export const settingsService = (context: ServiceContext): SettingsService => {
  const { store, shipped, lock, now } = context;
  /** There is nothing to show before the first edit or look: it is made then. */
  const current = async (): Promise<Settings> => {
    const [found] = await store.settings.list();
    if (found !== undefined) return found;
    const settings = stamped({ id: newId('set') }, now());
    await store.settings.create(settings);
    return settings;
  };
  return {
    show: () => lock(current),
    edit: (input, revision) =>
      lock(async () => {
        const stored = await current();
        const patch = readPatch(stored, input);
        checkRevision('the settings', stored, revision ?? patch.revision);
        const { fields, problems } = validate(SettingsInput, patched(stored, patch.changes));
        const world = await readWorld(store, shipped);
        refuse('settings', [...problems, ...patch.problems, ...optionProblems(fields, world)]);
        if (!differs(stored, fields)) return stored;
        const next: Settings = rewritten(stored, fields, now());
        await store.settings.replace(next);
        return next;
      }),
  };
};
