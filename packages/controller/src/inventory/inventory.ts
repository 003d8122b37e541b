import type { Distro, Image, Profile, Repo, System } from '@resole/protocol';
import { copyOf } from '../store/copy.ts';
import type { Store } from '../store/store.ts';
import type { Templates } from '../templates/render.ts';
import { discard } from './discard.ts';
import { distroKind } from './distros.ts';
import { imageKind } from './images.ts';
import { type Lock, newLock } from './lock.ts';
import { hidingPasswords, sealingPasswords } from './power-secrets.ts';
import { profileKind } from './profiles.ts';
import { repoKind } from './repos.ts';
import { type NounService, nounService, type ServiceContext } from './service.ts';
import { type SettingsService, settingsService } from './settings-service.ts';
import { systemKind } from './systems.ts';
import { type TemplateView, templateService } from './template-service.ts';

/** What operators keep, with all rules: one service per noun. */
export interface Inventory {
  distros: NounService<Distro>;
  profiles: NounService<Profile>;
  systems: NounService<System>;
  repos: NounService<Repo>;
  images: NounService<Image>;
  templates: NounService<TemplateView>;
  settings: SettingsService;
  /**
   * For writes to the store that aren't an operator's (enrolment): runs a task while no service
   * writes, so that what it looked at stays true. The task must not call a service's writes.
   */
  exclusively: Lock;
  /**
   * A copy of everything in memory, by the same rules but without triggers: to try changes that
   * belong together before the first of them is made.
   */
  rehearsal(): Promise<Inventory>;
}

/** What is told when a removal takes along what others hold on to. */
export interface InventoryEvents {
  /** An agent that could still connect is gone: its session must end. */
  agentGone?(id: string): void;
}

/** @param shipped templates that come with Resole, by name. One inventory per store, for its lock. */
export const openInventory = (
  store: Store,
  shipped: Templates,
  now: () => Date,
  { agentGone }: InventoryEvents = {},
): Inventory => {
  const context: ServiceContext = {
    store,
    shipped: new Set(Object.keys(shipped)),
    lock: newLock(),
    now,
    discard: async (gone) => {
      await discard(store, gone);
      if (gone.noun === 'agent') agentGone?.(gone.id);
    },
  };
  return {
    distros: nounService(distroKind, context),
    profiles: nounService(profileKind, context),
    systems: hidingPasswords(nounService(systemKind, context)),
    repos: nounService(repoKind, context),
    images: nounService(imageKind, context),
    templates: templateService(context, shipped),
    settings: settingsService(context),
    exclusively: context.lock,
    rehearsal: async () =>
      sealingPasswords(openInventory(await copyOf(store), shipped, now), () => 'sealed.rehearsal'),
  };
};
