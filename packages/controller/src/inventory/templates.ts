import { TemplateInput } from '@resole/protocol';
import { findNamed } from './find.ts';
import { type Kind, nothing } from './kind.ts';

/** Templates as operators keep them; `template-service.ts` adds those that come with Resole. */
export const templateKind: Kind<TemplateInput> = {
  noun: 'template',
  prefix: 'tpl',
  schema: TemplateInput,
  collection: (store) => store.templates,
  find: (store, ref) => findNamed('template', store.templates, ref),
  measure: async () => nothing,
  check: async () => nothing,
  unique: () => [],
};
