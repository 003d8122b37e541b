import { Settings, SettingsInput } from '@resole/protocol';
import type { Api } from './api.ts';
import { patchOf } from './crud.ts';
import type { ApiDeps } from './deps.ts';
import { bodyCheckedByInventory, RevisionHeaders, revisionOf } from './validation.ts';
import { ErrorReply } from './views.ts';

/** The root of inheritance: there is one, always. */
export const settingsRoutes = (app: Api, { inventory }: ApiDeps): void => {
  const tags = ['settings'];
  const response = { 200: Settings, default: ErrorReply };

  app.get(
    '/v1/settings',
    {
      schema: {
        tags,
        operationId: 'show-settings',
        summary: 'Options that every machine inherits',
        response,
      },
    },
    async () => inventory.settings.show(),
  );

  app.patch(
    '/v1/settings',
    {
      validatorCompiler: bodyCheckedByInventory,
      schema: {
        tags,
        operationId: 'edit-settings',
        summary: 'Set options that every machine inherits; null takes one away',
        headers: RevisionHeaders,
        body: patchOf(SettingsInput),
        response,
      },
    },
    async (request) => inventory.settings.edit(request.body, revisionOf(request.headers)),
  );
};
