import { TemplateInput } from '@resole/protocol';
import { snippetService } from '../inventory/snippets.ts';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';
import { TemplateView } from './views.ts';

/** A "/" in a template's name is written `%2F` in the address. */
export const templateRoutes = (app: Api, { inventory }: ApiDeps): void => {
  const common = { input: TemplateInput, reply: TemplateView };
  const { templates } = inventory;
  crudRoutes(app, { ...common, path: 'templates', noun: 'template', service: templates });
  const snippets = snippetService(templates);
  crudRoutes(app, { ...common, path: 'snippets', noun: 'snippet', service: snippets });
};
