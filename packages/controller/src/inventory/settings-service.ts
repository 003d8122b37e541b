import { type Settings, SettingsInput } from '@resole/protocol';
import { newId, rewritten, stamped } from '../store/stored.ts';
import { plainInput } from './inherit.ts';
import { checkRevision, differs, inputOf, patched, readPatch } from './patch.ts';
import { refuse } from './problems.ts';
import { checkOptions } from './references.ts';
import type { ServiceContext } from './service.ts';
import { validate } from './validate.ts';

/** The one object at the root of inheritance. */
export interface SettingsService {
  show(): Promise<Settings>;
  edit(patch: unknown, revision?: number): Promise<Settings>;
}

export const settingsService = (context: ServiceContext): SettingsService => {
  const { store, lock, now } = context;
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
        const patch = readPatch(stored, plainInput(input, null));
        checkRevision('the settings', stored, revision ?? patch.revision);
        const { fields, problems } = validate(
          SettingsInput,
          patched(inputOf(stored), patch.changes),
        );
        const options = await checkOptions(fields, context);
        refuse('settings', [...problems, ...patch.problems, ...options.problems]);
        const complete = { ...fields, ...options.changes };
        if (!differs(stored, complete)) return stored;
        const next: Settings = rewritten(stored, complete, now());
        await store.settings.replace(next);
        return next;
      }),
  };
};
