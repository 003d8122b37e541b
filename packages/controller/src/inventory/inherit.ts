import { INHERIT, isMapping, type Mapping } from './merge.ts';

/** A mapping without the keys that are to be inherited, at any depth. */
const without = (mapping: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(mapping)
      .filter(([, value]) => value !== INHERIT)
      .map(([key, value]) => [key, isMapping(value) ? without(value) : value]),
  );

/**
 * An input without the marks for inheriting: a field that has one is not set here.
 * @param absent what a marked field becomes: null in an edit, which takes the field away.
 */
export const withoutInherit = (input: unknown, absent: null | undefined): unknown => {
  if (!isMapping(input)) return input;
  const marked = Object.entries(input).filter(([, value]) => value === INHERIT);
  if (absent === undefined) return without(input);
  return { ...without(input), ...Object.fromEntries(marked.map(([key]) => [key, absent])) };
};
