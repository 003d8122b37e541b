import { TemplateInput } from '@resole/protocol';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';
import { TemplateView } from './views.ts';

/** A "/" in a template's name is written `%2F` in the address. */
export const templateRoutes = (app: Api, { inventory }: ApiDeps): void =>
  crudRoutes(app, {
    path: 'templates',
    noun: 'template',
    input: TemplateInput,
    reply: TemplateView,
    service: inventory.templates,
  });
