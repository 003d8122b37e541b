import { ResoleError, type Template } from '@resole/protocol';
import type { Templates } from '../templates/render.ts';
import { findNamed } from './find.ts';
import { isMapping } from './merge.ts';
import { inUse, type NounService, nounService, type ServiceContext } from './service.ts';
import { templateKind } from './templates.ts';
import { readWorld, usersOfTemplate } from './world.ts';

/**
 * A template as people see it: `shipped` comes with Resole and has no id of its own yet, `edited` is
 * one of those with the operator's text, `added` is the operator's alone.
 */
export type TemplateView = Partial<Template> &
  Pick<Template, 'name' | 'text'> & { origin: 'shipped' | 'edited' | 'added' };

/**
 * Templates: the operator's over those that come with Resole. Editing a shipped one keeps a text of
 * that name in the store; removing that brings the shipped text back.
 */
export const templateService = (
  context: ServiceContext,
  shipped: Templates,
): NounService<TemplateView> => {
  const { store, lock } = context;
  const stored = nounService(templateKind, context);
  const isShipped = (name: string) => Object.hasOwn(shipped, name);
  const view = (template: Template): TemplateView => ({
    ...template,
    origin: isShipped(template.name) ? 'edited' : 'added',
  });
  const list = async (): Promise<TemplateView[]> => {
    const own = await stored.list();
    const names = new Set(own.map((template) => template.name));
    const rest = Object.entries(shipped).filter(([name]) => !names.has(name));
    return [
      ...own.map(view),
      ...rest.map(([name, text]): TemplateView => ({ name, text, origin: 'shipped' })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const find = async (ref: string): Promise<TemplateView> => {
    const all = await list();
    // Those without an id can only be meant by their name.
    const known = all.map((template) => ({ ...template, id: template.id ?? template.name }));
    const found = findNamed('template', known, ref);
    return all.find((template) => template.name === found.name) ?? found;
  };

  return {
    show: find,
    list: async ({ name } = {}) =>
      (await list()).filter((template) => name === undefined || template.name === name),
    add: async (input) => view(await stored.add(input)),

    edit: async (ref, patch, revision) => {
      const { id, name, text } = await find(ref);
      if (id === undefined) {
        if (isMapping(patch) && patch.name !== undefined && patch.name !== name) {
          throw new ResoleError('invalid-input', `template "${name}" comes with Resole`, {
            remedy: 'it keeps its name; add a template of the other name',
          });
        }
        return view(await stored.add(isMapping(patch) ? { name, text, ...patch } : patch));
      }
      const renamed = isMapping(patch) && patch.name !== undefined && patch.name !== name;
      const users = renamed ? usersOfTemplate(await readWorld(store, []), name) : [];
      // Templates are mentioned by name, since their texts include each other by name.
      if (users.length > 0) throw inUse(`template "${name}"`, users);
      return view(await stored.edit(id, patch, revision));
    },

    remove: async (ref, revision) => {
      const template = await find(ref);
      const { id, name } = template;
      if (id === undefined) {
        throw new ResoleError('invalid-input', `template "${name}" comes with Resole`, {
          remedy: 'it cannot be removed; edit it, or choose another in the profile',
        });
      }
      if (!isShipped(name)) return view(await stored.remove(id, revision));
      // The shipped text takes over, so whoever uses the name is served on.
      return lock(async () => {
        await store.templates.remove(id);
        return template;
      });
    },
  };
};
