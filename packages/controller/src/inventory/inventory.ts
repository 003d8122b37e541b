import type { Distro, Profile, System } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import type { Templates } from '../templates/render.ts';
import { distroKind } from './distros.ts';
import { newLock } from './lock.ts';
import { profileKind } from './profiles.ts';
import { type NounService, nounService, type ServiceContext } from './service.ts';
import { type SettingsService, settingsService } from './settings-service.ts';
import { systemKind } from './systems.ts';
import { type TemplateView, templateService } from './template-service.ts';

/** What operators keep, with all rules: one service per noun. */
export interface Inventory {
  distros: NounService<Distro>;
  profiles: NounService<Profile>;
  systems: NounService<System>;
  templates: NounService<TemplateView>;
  settings: SettingsService;
}

/** @param shipped templates that come with Resole, by name. One inventory per store, for its lock. */
export const openInventory = (store: Store, shipped: Templates, now: () => Date): Inventory => {
  const context: ServiceContext = { store, shipped: Object.keys(shipped), lock: newLock(), now };
  const systems = nounService(systemKind, context);
  return {
    distros: nounService(distroKind, context),
    profiles: nounService(profileKind, context),
    systems: {
      ...systems,
      remove: async (ref, revision) => {
        const removed = await systems.remove(ref, revision);
        await forgetMachine(store, removed.id);
        return removed;
      },
    },
    templates: templateService(context, shipped),
    settings: settingsService(context),
  };
};

/** What was only kept for the sake of a system: its facts, its revoked agents. */
const forgetMachine = async (store: Store, system: string): Promise<void> => {
  if ((await store.facts.get(system)) !== undefined) await store.facts.remove(system);
  for (const agent of await store.agents.list()) {
    if (agent.system === system) await store.agents.remove(agent.id);
  }
};
