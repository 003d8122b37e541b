/** What a value is where nothing is set: the inherited one counts. */
export const INHERIT = '<<inherit>>';

/** Any value that JSON can say, as far as merging looks at it. */
export type Mapping = Record<string, unknown>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Stands between the keys of a path: keys have dots of their own (`rd.luks`, `rd.luks.uuid`). */
const BELOW = '\u0000';

/** Where each value came from, by its path; see `dotted`. */
export type Origins<Origin> = Map<string, Origin>;

/** Origins by paths as people write them: `vars.timezone`. */
export const dotted = <Origin>(origins: Origins<Origin>): Record<string, Origin> =>
  Object.fromEntries(
    [...origins].map(([path, origin]) => [path.replaceAll(BELOW, '.'), origin] as const),
  );

const forget = <Origin>(origins: Origins<Origin>, path: string): void => {
  for (const known of origins.keys()) {
    if (known === path || known.startsWith(`${path}${BELOW}`)) origins.delete(known);
  }
};

/**
 * Lays `layer` over `base`: scalars override, mappings merge key by key at any depth, lists replace.
 * `null`, or the key written as `!key`, takes a key away; `<<inherit>>` is as if the key weren't
 * there. Notes in `origins` whose values the result has; changes neither mapping.
 */
export const merge = <Origin>(
  base: Mapping,
  layer: Mapping,
  origin: Origin,
  origins: Origins<Origin>,
  prefix = '',
): Mapping => {
  const merged = new Map(Object.entries(base));
  const takeAway = (key: string) => {
    if (merged.delete(key)) forget(origins, `${prefix}${key}`);
  };
  const entries = Object.entries(layer);
  // First what is taken away, so that `!a` beside `a` means: this `a`, and nothing of what was below.
  for (const [key] of entries) if (key.startsWith('!')) takeAway(key.slice(1));
  for (const [key, value] of entries) {
    if (value === undefined || value === INHERIT || key.startsWith('!')) continue;
    if (value === null) {
      takeAway(key);
      continue;
    }
    const path = `${prefix}${key}`;
    const below = merged.get(key);
    if (isMapping(value)) {
      if (below !== undefined && !isMapping(below)) origins.delete(path);
      merged.set(
        key,
        merge(isMapping(below) ? below : {}, value, origin, origins, `${path}${BELOW}`),
      );
      continue;
    }
    if (isMapping(below)) forget(origins, path);
    merged.set(key, value);
    origins.set(path, origin);
  }
  // Not by assignment: a key named `__proto__` is data like any other.
  return Object.fromEntries(merged);
};
