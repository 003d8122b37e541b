import { Options, optionFields } from '@resole/protocol';
import { z } from 'zod';
import { INHERIT, isMapping, type Mapping } from './merge.ts';

/** A mapping without the keys that are to be inherited, at any depth. */
const without = (mapping: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(mapping)
      .filter(([, value]) => value !== INHERIT)
      .map(([key, value]) => [key, isMapping(value) ? without(value) : value]),
  );

/**
 * An input as it is kept: a field with the mark for inheriting is not set here, and what is taken
 * away, of the options or of a map with fields of its own, is written `!field`, with null.
 * @param absent what a marked field becomes: null in an edit, which takes the field away.
 */
export const plainInput = (input: unknown, absent: null | undefined): unknown => {
  if (!isMapping(input)) return input;
  const marked = Object.entries(input).filter(([, value]) => value === INHERIT);
  const left = takingAway(takingWhole(without(input)));
  if (absent === undefined) return left;
  return { ...left, ...Object.fromEntries(marked.map(([key]) => [key, absent])) };
};

/** Options that are maps with fields of their own: their schemas know `!field`, with null. */
const ofFields = Object.entries(Options.shape).flatMap(([key, schema]) =>
  schema.unwrap() instanceof z.ZodObject ? [key] : [],
);

/** Options that are taken away as a whole, by `!option`; where one has a value, that says it all. */
const takingWhole = (input: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(input).flatMap(([key, value]): [string, unknown][] => {
      if (!key.startsWith('!') || !Object.hasOwn(optionFields, key)) return [[key, value]];
      return (input[key.slice(1)] ?? null) === null ? [[key, null]] : [];
    }),
  );

/** Both ways to take a field of such a map away, as one. */
const takingAway = (input: Mapping): Mapping => {
  const maps = ofFields.flatMap((key) => {
    const map = input[key];
    return isMapping(map) ? [[key, Object.fromEntries(Object.entries(map).map(takenAway))]] : [];
  });
  return { ...input, ...Object.fromEntries(maps) };
};

const takenAway = ([key, value]: [string, unknown]): [string, unknown] => {
  if (key.startsWith('!')) return [key, null];
  return value === null ? [`!${key}`, null] : [key, value];
};
