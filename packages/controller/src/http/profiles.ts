import { Profile, ProfileInput } from '@resole/protocol';
import { resolveProfile } from '../inventory/chain.ts';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';
import { RefParams } from './validation.ts';
import { ErrorReply, ResolvedView } from './views.ts';

export const profileRoutes = (app: Api, { inventory, store }: ApiDeps): void => {
  crudRoutes(app, {
    path: 'profiles',
    noun: 'profile',
    input: ProfileInput,
    reply: Profile,
    service: inventory.profiles,
  });

  app.get(
    '/v1/profiles/:ref/resolved',
    {
      schema: {
        tags: ['profiles'],
        operationId: 'resolve-profile',
        summary: 'What the profile hands down, each value with the object that it came from',
        params: RefParams,
        response: { 200: ResolvedView, default: ErrorReply },
      },
    },
    async (request) => resolveProfile(store, await inventory.profiles.show(request.params.ref)),
  );
};
