/** Flags of a command line → the fields of an inventory object. */
import { type ErrorDetail, ResoleError } from '@resole/protocol';
import { type Command, Option } from 'commander';
import type { CliContext } from './context.ts';
import type { FieldFlag, FlagsOf } from './fields/flag.ts';
import { optionFlags } from './fields/options.ts';
import { type FlagText, readFlag } from './flag-values.ts';
import { interfaceChange } from './interface-flag.ts';
import type { Wrong } from './pairs.ts';

export type Fields = Record<string, unknown>;
export type FieldFlags = FlagsOf<string>;

const lists = new Set(['list', 'lines-of-files', 'virt-disks']);
const maps = new Set(['variables', 'words', 'kernel-arguments', 'without', 'numbers']);
const repeatable = new Set([...lists, ...maps, 'interfaces', 'drop']);

const headingOf = (field: string): string | undefined => {
  if (field === 'virt') return 'What guests are made of:';
  if (field === 'power' || field === 'powerPolicy') return 'Power:';
  return field in optionFlags ? 'Handed down:' : undefined;
};

/** Gives a command all flags of a table. */
export function addFieldFlags(command: Command, flags: FieldFlags): void {
  for (const [field, specs] of Object.entries(flags)) {
    const heading = headingOf(field);
    const add = (option: Option) =>
      command.addOption(heading === undefined ? option : option.helpGroup(heading));
    for (const { flag, kind, help, choices } of specs) {
      const option = new Option(flag, help);
      if (choices !== undefined) option.choices([...choices]);
      if (repeatable.has(kind)) {
        option.argParser((text, before: string[] | undefined) => [...(before ?? []), text]);
      }
      add(option);
      if (kind === 'switch')
        add(new Option(flag.replace('--', '--no-'), `the opposite of ${flag}`));
    }
  }
}

/** The option's name in what commander has read. */
const keyOf = ({ flag }: FieldFlag): string => new Option(flag).attributeName();

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
  // A list begins anew with the first of its flags, and the others add to it.
  const begun = new Set<string>();
  for (const [field, specs] of Object.entries(flags)) {
    for (const spec of specs) {
      const text = given[keyOf(spec)];
      if (text === undefined) continue;
      const name = spec.flag.split(' ')[0] ?? spec.flag;
      const wrong: Wrong = (problem, value, remedy) => {
        problems.push({ field: name, problem, value, ...(remedy === undefined ? {} : { remedy }) });
      };
      const { inner } = spec;
      const holder = inner === undefined ? result : (result[field] as Fields | undefined);
      const key = inner ?? field;
      const before = begun.has(`${field}.${inner}`) || !lists.has(spec.kind) ? holder?.[key] : [];
      begun.add(`${field}.${inner}`);
      const value = await readValue(spec, text as FlagText, before, context, wrong);
      // What is inherited is either taken away or covered by a value.
      delete result[spec.kind === 'taken' ? field : `!${field}`];
      if (spec.kind === 'taken') result[`!${field}`] = value;
      else if (value === undefined) delete result[field];
      else if (inner === undefined) result[field] = value;
      // A new path makes the size and checksum of the old file wrong: they are found anew.
      else result[field] = { ...(inner === 'path' ? unmeasured(holder) : holder), [inner]: value };
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
    .some((spec) => given[keyOf(spec)] !== undefined);

async function readValue(
  { kind }: FieldFlag,
  text: FlagText,
  before: unknown,
  context: CliContext,
  wrong: Wrong,
): Promise<unknown> {
  if (kind === 'interfaces') {
    const after = { ...(before as Fields | undefined) };
    for (const one of text) {
      const [name, next] = interfaceChange(one, after, wrong);
      after[name] = next;
    }
    return after;
  }
  if (kind === 'drop') {
    const after = { ...(before as Fields | undefined) };
    for (const key of text) {
      if (!(key in after))
        wrong('there is no such one', key, `there are: ${Object.keys(after).join(', ')}`);
      delete after[key];
    }
    return Object.keys(after).length === 0 ? undefined : after;
  }
  const value = await readFlag(kind, text, context, wrong);
  if (lists.has(kind)) return [...(before as unknown[]), ...(value as unknown[])];
  if (maps.has(kind)) return { ...(before as Fields | undefined), ...(value as Fields) };
  return value;
}

const unmeasured = (artefact: Fields | undefined): Fields =>
  Object.fromEntries(
    Object.entries(artefact ?? {}).filter(([key]) => key !== 'size' && key !== 'sha256'),
  );
