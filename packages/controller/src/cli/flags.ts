/** Flags of a command line → the fields of an inventory object. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ErrorDetail, ResoleError } from '@resole/protocol';
import { type Command, Option } from 'commander';
import { parse } from 'yaml';
import type { CliContext } from './context.ts';
import type { FieldFlag } from './fields.ts';
import { readText } from './files.ts';

export type Fields = Record<string, unknown>;
export type FieldFlags = Readonly<Record<string, readonly FieldFlag[]>>;

const repeatable = new Set(['list', 'lines-of-files', 'variables', 'words', 'without', 'numbers']);
const maps = new Set(['variables', 'words', 'without', 'numbers']);

/** Gives a command all flags of a table. */
export function addFieldFlags(command: Command, flags: FieldFlags): void {
  for (const { flag, kind, help, choices } of Object.values(flags).flat()) {
    const option = new Option(flag, help);
    if (choices !== undefined) option.choices([...choices]);
    if (repeatable.has(kind)) {
      option.argParser((text, before: string[] | undefined) => [...(before ?? []), text]);
    }
    command.addOption(option);
  }
}

/**
 * Puts what the flags say into an object: maps are merged key by key, all else is replaced.
 * @param given commander's options, as `{ kernelOption: ['quiet'] }`.
 * @returns a new object; `base` is not changed.
 * @throws ResoleError `invalid-input` with everything that is wrong.
 */
export async function withFlags(
  base: Fields,
  flags: FieldFlags,
  given: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<Fields> {
  const result = structuredClone(base);
  const problems: ErrorDetail[] = [];
  for (const [field, specs] of Object.entries(flags)) {
    // A list begins anew with the first of its flags, and the others add to it.
    let list: unknown[] = [];
    for (const spec of specs) {
      const text = given[new Option(spec.flag).attributeName()];
      if (text === undefined) continue;
      const value = await readFlag(spec, text as string & string[], context, problems);
      if (spec.kind === 'list' || spec.kind === 'lines-of-files') {
        list = [...list, ...(value as unknown[])];
        result[field] = list;
      } else if (maps.has(spec.kind)) {
        result[field] = { ...(result[field] as Fields | undefined), ...(value as Fields) };
      } else if (spec.inner !== undefined) {
        // A new path makes the size and checksum of the old file wrong: they are found anew.
        const before =
          spec.inner === 'path' ? without(result[field], ['size', 'sha256']) : result[field];
        result[field] = { ...(before as Fields | undefined), [spec.inner]: value };
      } else result[field] = value;
    }
  }
  if (problems.length > 0) {
    throw new ResoleError('invalid-input', 'some flags are wrong', { details: problems });
  }
  return result;
}

/** Whether any flag of the table was given. */
export const anyFlag = (flags: FieldFlags, given: Readonly<Record<string, unknown>>): boolean =>
  Object.values(flags)
    .flat()
    .some(({ flag }) => given[new Option(flag).attributeName()] !== undefined);

async function readFlag(
  { flag, kind }: FieldFlag,
  text: string & string[],
  context: CliContext,
  problems: ErrorDetail[],
): Promise<unknown> {
  const name = flag.split(' ')[0] ?? flag;
  const wrong = (problem: string, value: string) => {
    problems.push({ field: name, problem, value });
    return undefined;
  };
  const number = (value: string) =>
    /^\d+$/.test(value) ? Number(value) : wrong('must be a whole number', value);
  switch (kind) {
    case 'text':
    case 'list':
      return text;
    case 'number':
      return number(text);
    case 'path':
      return resolve(context.cwd, text);
    case 'text-of-file':
      return await readText(text, context);
    case 'lines-of-files':
      return (await Promise.all(text.map((file) => keysOf(resolve(context.cwd, file))))).flat();
    case 'without':
      return Object.fromEntries(text.map((key) => [key, null]));
    case 'words':
      return Object.fromEntries(text.map((word) => split(word, '=') ?? [word, '']));
    case 'numbers':
      return Object.fromEntries(
        text.map((word) => {
          const [key, value] = split(word, '=') ?? [word, ''];
          return [key, number(value)];
        }),
      );
    case 'variables':
      return Object.fromEntries(
        text.map((word) => {
          const [key, value] = split(word, '=') ?? [word, wrong('must be key=value', word)];
          if (!key.endsWith(':')) return [key, value];
          try {
            return [key.slice(0, -1), parse(value ?? '')];
          } catch {
            return [key, wrong('is not YAML after :=', word)];
          }
        }),
      );
  }
}

function split(word: string, separator: string): [string, string] | undefined {
  const at = word.indexOf(separator);
  return at < 1 ? undefined : [word.slice(0, at), word.slice(at + 1)];
}

async function keysOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new ResoleError('invalid-input', `cannot read ${path}: ${cause.code}`, { cause });
  });
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function without(value: unknown, keys: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries((value as Fields | undefined) ?? {}).filter(([key]) => !keys.includes(key)),
  );
}
