import { ResoleError, Template } from '@resole/protocol';
import type { Templates } from '../templates/render.ts';
import { inUse, usersOfTemplate } from './dependants.ts';
import { byIdOrName, findNamed } from './find.ts';
import { isMapping } from './merge.ts';
import { didYouMean } from './nearest.ts';
import { checkRevision } from './patch.ts';
import { matching } from './query.ts';
import { type NounService, nounService, type ServiceContext } from './service.ts';
import { templateKind } from './templates.ts';

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
    const own = await byIdOrName(store.templates, ref);
    if (own !== undefined) return view(own);
    const text = isShipped(ref) ? shipped[ref] : undefined;
    if (text !== undefined) return { name: ref, text, origin: 'shipped' };
    const names = (await list()).map(({ name }) => name);
    throw new ResoleError('not-found', `there is no template "${ref}"`, {
      remedy: didYouMean(ref, names) ?? 'see which there are: resole template list',
    });
  };

  return {
    show: find,
    list: async ({ name } = {}) =>
      (await list()).filter((template) => name === undefined || template.name === name),
    find: async (query) => matching(store, Template, await list(), query),
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
      const users = renamed ? await usersOfTemplate(store, name) : [];
      // Templates are mentioned by name, since their texts include each other by name.
      if (users.length > 0) throw inUse(`template "${name}"`, users);
      return view(await stored.edit(id, patch, revision));
    },

    copy: async (ref, changes) => {
      const { id, text } = await find(ref);
      if (id !== undefined) return view(await stored.copy(id, changes));
      return view(await stored.add(isMapping(changes) ? { text, ...changes } : changes));
    },

    remove: async (ref, options = {}) => {
      const template = await find(ref);
      const { id, name } = template;
      if (id === undefined) {
        throw new ResoleError('invalid-input', `template "${name}" comes with Resole`, {
          remedy: 'it cannot be removed; edit it, or choose another in the profile',
        });
      }
      if (!isShipped(name)) {
        const removal = await stored.remove(id, options);
        return { ...removal, object: view(removal.object) };
      }
      // The shipped text takes over, so whoever uses the name is served on.
      return lock(async () => {
        const current = await findNamed('template', store.templates, id);
        checkRevision(`template "${name}"`, current, options.revision);
        if (!options.dryRun) await store.templates.remove(id);
        return { object: view(current), removed: [{ noun: 'template', id, name }] };
      });
    },
  };
};
