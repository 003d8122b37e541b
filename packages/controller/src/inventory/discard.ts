import type { Store } from '../store/store.ts';
import type { Gone } from './noun-service.ts';

const collections = {
  distro: 'distros',
  profile: 'profiles',
  system: 'systems',
  repo: 'repos',
  image: 'images',
  template: 'templates',
  agent: 'agents',
} as const satisfies Record<Gone['noun'], keyof Store>;

/**
 * Removes one object that nothing depends on; with a system what was only kept for its sake: facts,
 * revoked agents. Those go after it, so that a crash in between leaves no system without them.
 */
export const discard = async (store: Store, { noun, id }: Gone): Promise<void> => {
  await store[collections[noun]].remove(id);
  if (noun !== 'system') return;
  if ((await store.facts.get(id)) !== undefined) await store.facts.remove(id);
  if ((await store.power.get(id)) !== undefined) await store.power.remove(id);
  for (const agent of await store.agents.by('system', id)) await store.agents.remove(agent.id);
};
