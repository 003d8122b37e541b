import { type Profile, ResoleError, type System } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { usable } from './refused.ts';
import { type Chain, inherited, type Resolved, resolve } from './resolve.ts';

const broken = (message: string) =>
  new ResoleError('not-found', message, {
    remedy: 'the store was edited by hand: put the missing object back, or point to another one',
  });

/** Collects what a profile, and a system where one is given, inherit from. */
const chainOf = async (store: Store, profileId: string, system?: System): Promise<Chain> => {
  const seen = new Set<string>();
  const profiles: Profile[] = [];
  let next = profileId;
  for (;;) {
    const profile = await store.profiles.get(next);
    if (profile === undefined) throw broken(`there is no profile ${next}`);
    if (seen.has(next)) throw broken(`profile ${profile.name} is its own ancestor`);
    seen.add(next);
    profiles.unshift(usable('profile', profile));
    if (profile.parent === undefined) break;
    next = profile.parent;
  }
  const [top, ...rest] = profiles;
  const distro = await store.distros.get(top?.distro ?? '');
  if (top === undefined || distro === undefined) {
    throw broken(`the distro ${top?.distro} of profile ${top?.name} is not there`);
  }
  const [settings] = await store.settings.list();
  usable('distro', distro);
  if (settings !== undefined) usable('settings', settings);
  if (system !== undefined) usable('system', system);
  return { settings, distro, profiles: [top, ...rest], system };
};

/**
 * What a system would get, or would get with another profile than its own.
 * @throws ResoleError `invalid-input` where it has no profile and none is given.
 */
export const resolveSystem = async (
  store: Store,
  system: System,
  profileId: string | undefined = system.profile,
): Promise<Resolved> => {
  if (profileId === undefined) {
    throw new ResoleError('invalid-input', `system ${system.name} has no profile`, {
      remedy: `choose one: resole system edit ${system.name} --profile PROFILE`,
    });
  }
  return resolve(await chainOf(store, profileId, system));
};

/** What a system has that has no profile yet: of its own, and of the settings. */
export const resolveUnassigned = async (
  store: Store,
  system: System,
): Promise<Pick<Resolved, 'options' | 'origins'>> => {
  const [settings] = await store.settings.list();
  return inherited([
    ['settings', settings],
    ['system', system],
  ]);
};

export const resolveProfile = async (store: Store, profile: Profile): Promise<Resolved> =>
  resolve(await chainOf(store, profile.id));
