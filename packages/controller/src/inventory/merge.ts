/** Any value that JSON can say, as far as merging looks at it. */
export type Mapping = Record<string, unknown>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where each value came from, by its path: `vars.timezone` → origin. */
export type Origins<Origin> = Map<string, Origin>;

const forget = <Origin>(origins: Origins<Origin>, path: string): void => {
  for (const known of origins.keys()) {
    if (known === path || known.startsWith(`${path}.`)) origins.delete(known);
  }
};

/**
 * Lays `layer` over `base`: scalars override, mappings merge key by key at any depth, `null` takes a
 * key away, lists replace. Notes in `origins` whose values the result has; changes neither mapping.
 */
export const merge = <Origin>(
  base: Mapping,
  layer: Mapping,
  origin: Origin,
  origins: Origins<Origin>,
  prefix = '',
): Mapping => {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(layer)) {
    const path = `${prefix}${key}`;
    const below = merged.get(key);
    if (isMapping(value)) {
      if (!isMapping(below)) forget(origins, path);
      merged.set(key, merge(isMapping(below) ? below : {}, value, origin, origins, `${path}.`));
      continue;
    }
    forget(origins, path);
    if (value === null) merged.delete(key);
    else if (value !== undefined) {
      merged.set(key, value);
      origins.set(path, origin);
    }
  }
  // Not by assignment: a key named `__proto__` is data like any other.
  return Object.fromEntries(merged);
};
