import { Id } from '@resole/protocol';
import { isMapping } from './merge.ts';
import type { NounService } from './service.ts';
import type { TemplateView } from './template-service.ts';

/** What the names of templates that are snippets begin with. */
export const SNIPPETS = 'snippets/';

const whole = (name: string): string => (name.startsWith(SNIPPETS) ? name : `${SNIPPETS}${name}`);

const within = (input: unknown): unknown =>
  isMapping(input) && typeof input.name === 'string'
    ? { ...input, name: whole(input.name) }
    : input;

const short = (template: TemplateView): TemplateView => ({
  ...template,
  name: template.name.slice(SNIPPETS.length),
});

const isSnippet = ({ name }: TemplateView): boolean => name.startsWith(SNIPPETS);

/** The templates that are made to be included, by the names below `snippets/`. */
export const snippetService = (templates: NounService<TemplateView>): NounService<TemplateView> => {
  const refOf = (ref: string) => (Id.safeParse(ref).success ? ref : whole(ref));
  return {
    list: async ({ name } = {}) => {
      const found = await templates.list(name === undefined ? {} : { name: whole(name) });
      return found.filter(isSnippet).map(short);
    },
    find: async (query) => {
      const { name } = query;
      const asked = name === undefined ? query : { ...query, name: whole(name) };
      return (await templates.find(asked)).filter(isSnippet).map(short);
    },
    show: async (ref) => short(await templates.show(refOf(ref))),
    add: async (input) => short(await templates.add(within(input))),
    edit: async (ref, patch, revision) =>
      short(await templates.edit(refOf(ref), within(patch), revision)),
    copy: async (ref, changes) => short(await templates.copy(refOf(ref), within(changes))),
    remove: async (ref, options) => {
      const removal = await templates.remove(refOf(ref), options);
      return { ...removal, object: short(removal.object) };
    },
  };
};
