/** What a system or profile inherits, as rows of a table. Pure. */
import { Options } from '@resole/protocol';
import { inputOf } from './patch.ts';

type Fields = Record<string, unknown>;

/** The reply of `GET /v1/systems/:ref?resolved=true`. */
export interface ResolvedReply {
  /** Absent for a profile. */
  system?: Fields & { name: string };
  /** Both absent for a system that has no profile yet. */
  profile?: Fields & { name: string };
  distro?: Fields & { name: string };
  options: Fields;
  origins: Record<string, { noun: string; name?: string }>;
}

export interface ResolvedRow {
  field: string;
  value: string;
  from: string;
}

/**
 * Every value with the object that it came from: first what the object has of its own, then the
 * distro, then what is handed down. What a layer takes away (null) is no value.
 */
export function resolvedRows({
  system,
  profile,
  distro,
  options,
  origins,
}: ResolvedReply): ResolvedRow[] {
  const own = (noun: string, object: Fields & { name: string }) =>
    leaves(inputOf(object))
      .filter(([field]) => !handedDown.has(field.split('.')[0] ?? '') && !references.has(field))
      .map(([field, value]) => ({ field, value, from: `${noun} ${object.name}` }));
  return [
    ...(system === undefined ? [] : own('system', system)),
    ...(system === undefined && profile !== undefined ? own('profile', profile) : []),
    ...(system === undefined || profile === undefined
      ? []
      : [{ field: 'profile', value: profile.name, from: `system ${system.name}` }]),
    ...(distro === undefined ? [] : own('distro', distro)).map((row) => ({
      ...row,
      field: `distro.${row.field}`,
    })),
    ...leaves(options).map(([field, value]) => ({
      field,
      value,
      from: from(origins, field),
    })),
  ];
}

const handedDown = new Set(Object.keys(Options.shape));

/** Shown by name, in rows of their own. */
const references = new Set(['profile', 'distro', 'parent']);

function from(origins: ResolvedReply['origins'], field: string): string {
  const origin = origins[field];
  if (origin === undefined) return '-';
  return origin.name === undefined ? origin.noun : `${origin.noun} ${origin.name}`;
}

/** `['vars.role', 'web']` for each value; a list is one value. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value === null ? [] : [[path, shown(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === '' ? key : `${path}.${key}`),
  );
}

const shown = (value: unknown): string => {
  if (value === '') return '""';
  if (!Array.isArray(value)) return String(value);
  return value
    .map((entry) =>
      // A comma of the entry's own (`ttyS0,115200`) isn't the one between two of them.
      typeof entry === 'object' || String(entry).includes(',')
        ? JSON.stringify(entry)
        : String(entry),
    )
    .join(', ');
};
