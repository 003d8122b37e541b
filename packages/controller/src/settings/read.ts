/** Settings from flags, environment and file, in that order of precedence, all errors at once. */
import { type ErrorDetail, ResoleError } from '@resole/protocol';
import { parseDocument } from 'yaml';
import { type Entry, entriesOf } from './entries.ts';
import type { SettingTable, Values } from './table.ts';

export interface Sources {
  /** Flag → its text, by the name on the command line without dashes: `{ 'api-port': '7443' }`. */
  flags?: Readonly<Record<string, string | undefined>>;
  env?: Readonly<Record<string, string | undefined>>;
  /** The configuration file, where there is one. */
  file?: { path: string; text: string } | undefined;
}

/** @throws ResoleError `invalid-input` with everything that is wrong, wherever it was given. */
export function readSettings<Table extends SettingTable>(
  table: Table,
  { flags = {}, env = {}, file }: Sources,
): Values<Table> {
  const problems: ErrorDetail[] = [];
  const entries = entriesOf(table);
  const fromFile = file === undefined ? {} : parseFile(file, entries, problems);
  const values: Record<string, unknown> = {};
  for (const entry of entries) {
    const given = find(entry, flags, env, fromFile, file?.path);
    let value: unknown = entry.setting.default;
    if (given !== undefined) {
      const result = entry.setting.kind.schema.safeParse(given.value);
      if (result.success) value = result.data;
      for (const issue of result.error?.issues ?? []) {
        problems.push({
          field: [given.where, ...issue.path.map(String)].join('.'),
          problem: issue.message,
          value: given.value,
        });
      }
    }
    place(values, entry.path, value);
  }
  if (problems.length > 0) {
    throw new ResoleError('invalid-input', 'the settings are wrong', {
      details: problems,
      remedy: 'docs/settings.md lists every setting; "resole serve --help" its flag',
    });
  }
  return values as Values<Table>;
}

/** The first source that has the setting; an empty variable counts as not set. */
function find(
  { flag, variable, name, setting }: Entry,
  flags: NonNullable<Sources['flags']>,
  env: NonNullable<Sources['env']>,
  fromFile: Record<string, unknown>,
  filePath = '',
): { where: string; value: unknown } | undefined {
  const byFlag = flags[flag.slice(2)];
  if (byFlag !== undefined) return { where: flag, value: setting.kind.fromText(byFlag) };
  const byVariable = env[variable];
  if (byVariable !== undefined && byVariable !== '') {
    return { where: variable, value: setting.kind.fromText(byVariable) };
  }
  if (name in fromFile) return { where: `${filePath}: ${name}`, value: fromFile[name] };
  return undefined;
}

/** The file as a flat map, `{ 'api.port': 7443 }`; what it shouldn't have becomes a problem. */
function parseFile(
  file: { path: string; text: string },
  entries: readonly Entry[],
  problems: ErrorDetail[],
): Record<string, unknown> {
  const document = parseDocument(file.text, { prettyErrors: true });
  for (const error of document.errors) {
    problems.push({ field: file.path, problem: error.message.split('\n')[0] ?? '' });
  }
  if (document.errors.length > 0) return {};
  const flat: Record<string, unknown> = {};
  const walk = (value: unknown, path: string[]): void => {
    const name = path.join('.');
    if (entries.some((entry) => entry.name === name)) {
      flat[name] = value;
      return;
    }
    const isGroup = path.length === 0 || entries.some((entry) => entry.name.startsWith(`${name}.`));
    if (isGroup && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    } else if (value !== null || !isGroup) {
      problems.push({
        field: `${file.path}: ${name}`,
        problem: isGroup ? 'must be a map of settings' : 'there is no such setting',
        remedy: `known: ${entries.map((entry) => entry.name).join(', ')}`,
      });
    }
  };
  walk(document.toJS(), []);
  return flat;
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = (target[head] ?? {}) as Record<string, unknown>;
  target[head] = inner;
  place(inner, rest, value);
}
