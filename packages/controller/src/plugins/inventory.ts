/** The whole inventory with triggers around every change. */
import type { Inventory } from '../inventory/inventory.ts';
import type { Triggers } from './triggers.ts';
import { type Look, settingsWithTriggers, withTriggers } from './with-triggers.ts';

export const inventoryWithTriggers = (inventory: Inventory, triggers: Triggers): Inventory => {
  const services = {
    distro: inventory.distros,
    profile: inventory.profiles,
    system: inventory.systems,
    repo: inventory.repos,
    image: inventory.images,
    template: inventory.templates,
  };
  const look: Look = async ({ noun, id }) =>
    Object.hasOwn(services, noun) ? services[noun as keyof typeof services].show(id) : undefined;
  return {
    ...inventory,
    distros: withTriggers(inventory.distros, 'distro', triggers, look),
    profiles: withTriggers(inventory.profiles, 'profile', triggers, look),
    systems: withTriggers(inventory.systems, 'system', triggers, look),
    repos: withTriggers(inventory.repos, 'repo', triggers, look),
    images: withTriggers(inventory.images, 'image', triggers, look),
    templates: withTriggers(inventory.templates, 'template', triggers, look),
    settings: settingsWithTriggers(inventory.settings, triggers),
  };
};
