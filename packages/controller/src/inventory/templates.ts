import { TemplateInput } from '@resole/protocol';
import { findNamed } from './find.ts';
import { type Kind, nothing } from './kind.ts';
import { usersOfTemplate } from './world.ts';

/** Templates as operators keep them; `template-service.ts` adds those that come with Resole. */
export const templateKind: Kind<TemplateInput> = {
  noun: 'template',
  prefix: 'tpl',
  schema: TemplateInput,
  collection: (store) => store.templates,
  find: (templates, ref) => findNamed('template', templates, ref),
  measure: async () => nothing,
  check: () => nothing,
  users: (template, world) => usersOfTemplate(world, template.name),
};
