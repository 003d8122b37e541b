import { Profile, ProfileInput } from '@resole/protocol';
import { resolveProfile } from '../inventory/chain.ts';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';
import { ResolvedView } from './views.ts';

export const profileRoutes = (app: Api, { inventory, store }: ApiDeps): void => {
  crudRoutes(app, {
    path: 'profiles',
    noun: 'profile',
    input: ProfileInput,
    reply: Profile,
    service: inventory.profiles,
    resolved: {
      reply: ResolvedView,
      of: async (ref) => resolveProfile(store, await inventory.profiles.show(ref)),
    },
  });
};
