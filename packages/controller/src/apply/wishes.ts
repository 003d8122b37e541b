/** A document → what is wished of each object, in an order in which it can come true. */
import { z } from 'zod';
import { isMapping, type Mapping } from '../inventory/merge.ts';
import { didYouMean } from '../inventory/nearest.ts';
import type { Problem } from '../inventory/problems.ts';
import { type DocumentNoun, nounEntries, type Plural } from './nouns.ts';

/** What a document says of one object: all of its fields. */
export interface Wish {
  plural: Plural;
  noun: DocumentNoun;
  name: string;
  /** Says that this object, whatever its name was, is meant. */
  id?: string;
  fields: Mapping;
}

export interface Wishes {
  /** Plurals of the nouns that the document speaks of. */
  given: ReadonlySet<string>;
  settings: Mapping | undefined;
  objects: Wish[];
  problems: Problem[];
}

const sections = ['settings', ...nounEntries.map(([plural]) => plural)];

/** For the OpenAPI document; what is wrong is told by `wishesOf`. */
export const DocumentInput = z.object(
  Object.fromEntries(
    sections.map((section) => [section, z.record(z.string(), z.unknown()).optional()]),
  ),
);

export const wishesOf = (document: unknown): Wishes => {
  const problems: Problem[] = [];
  const wrong = (field: string, problem: string, remedy?: string): undefined => {
    problems.push({ field, problem, ...(remedy === undefined ? {} : { remedy }) });
  };
  if (!isMapping(document)) {
    wrong('', 'is no mapping of nouns', 'as in profiles: {web: {distro: debian12}}');
    return { given: new Set(), settings: undefined, objects: [], problems };
  }
  for (const section of Object.keys(document)) {
    if (sections.includes(section)) continue;
    const remedy = didYouMean(section, sections) ?? `there are ${sections.join(', ')}`;
    wrong(section, 'there is no such noun', remedy);
  }
  const mapping = (value: unknown, field: string): Mapping | undefined =>
    // `web1:` with nothing after it is an object without fields.
    value === null ? {} : isMapping(value) ? value : wrong(field, 'is no mapping of fields');
  const objects = nounEntries.flatMap(([plural, noun]) => {
    const section = plural in document ? mapping(document[plural], plural) : undefined;
    const wishes = Object.entries(section ?? {}).flatMap(([name, value]): Wish[] => {
      const said = mapping(value, `${plural}.${name}`);
      if (said === undefined) return [];
      const { id, ...fields } = said;
      if (id !== undefined && typeof id !== 'string') wrong(`${plural}.${name}.id`, 'is no id');
      if (fields.name !== undefined && fields.name !== name) {
        wrong(
          `${plural}.${name}.name`,
          'differs from the key',
          'leave it out: the key is the name',
        );
      }
      return [{ plural, noun, name, fields, ...(typeof id === 'string' ? { id } : {}) }];
    });
    return ordered(wishes, noun, problems);
  });
  const settings = 'settings' in document ? mapping(document.settings, 'settings') : undefined;
  return { given: new Set(Object.keys(document)), settings, objects, problems };
};

/** Those first that others of the same noun mention. */
const ordered = (wishes: readonly Wish[], { above }: DocumentNoun, problems: Problem[]): Wish[] => {
  if (above === undefined) return [...wishes];
  const byName = new Map(wishes.map((wish) => [wish.name, wish]));
  const depths = new Map<Wish, number>();
  const depth = (wish: Wish, below: readonly Wish[]): number => {
    const known = depths.get(wish);
    if (known !== undefined) return known;
    const next = byName.get(String(wish.fields[above]));
    if (next !== undefined && [...below, wish].includes(next)) {
      const chain = [...below, wish, next].map(({ name }) => name).join(' → ');
      problems.push({
        field: `${wish.plural}.${wish.name}.${above}`,
        problem: `leads back to itself: ${chain}`,
      });
      depths.set(wish, 0);
      return 0;
    }
    const found = next === undefined ? 0 : 1 + depth(next, [...below, wish]);
    depths.set(wish, found);
    return found;
  };
  return [...wishes]
    .map((wish) => [depth(wish, []), wish] as const)
    .sort(([a], [b]) => a - b)
    .map(([, wish]) => wish);
};
