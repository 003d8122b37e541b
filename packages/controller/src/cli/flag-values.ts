/** The text of a flag → the value that it stands for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { parse } from 'yaml';
import type { CliContext } from './context.ts';
import type { FlagKind } from './fields/flag.ts';
import { readSecret, readText } from './files.ts';
import { split, type Wrong } from './pairs.ts';
import { virtDisk } from './virt-disk.ts';

/** One text, or all of them where the flag is repeatable. */
export type FlagText = string & string[];

type Simple = Exclude<FlagKind, 'interfaces' | 'drop'>;
type Reader = (text: FlagText, context: CliContext, wrong: Wrong) => unknown;

const number = (value: string, wrong: Wrong) =>
  /^\d+$/.test(value) ? Number(value) : wrong('must be a whole number', value);

const isUrl = (text: string) => /^[a-z]+:\/\//i.test(text);

/** Those kinds whose value doesn't depend on what the field held before. */
const readers: Readonly<Record<Simple, Reader>> = {
  text: (text) => text,
  list: (text) => text,
  switch: (text) => text,
  number: (text, _, wrong) => number(text, wrong),
  path: (text, { cwd }) => resolve(cwd, text),
  place: (text, { cwd }) => (isUrl(text) ? text : resolve(cwd, text)),
  'text-of-file': (text, context) => readText(text, context),
  // Lines are for secrets.
  'line-of-file': (text, context) => readSecret(text, 'Password of the BMC', context),
  'lines-of-files': async (text, { cwd }) =>
    (await Promise.all(text.map((file) => keysOf(resolve(cwd, file))))).flat(),
  taken: () => null,
  without: (text) => Object.fromEntries(text.map((key) => [key, null])),
  'kernel-arguments': (text) => kernelArguments(text),
  words: (text) => Object.fromEntries(text.map((word) => split(word) ?? [word, ''])),
  numbers: (text, _, wrong) =>
    Object.fromEntries(
      text.map((word) => {
        const [key, value] = split(word) ?? [word, ''];
        return [key, number(value, wrong)];
      }),
    ),
  variables: (text, _, wrong) => Object.fromEntries(text.map((word) => variable(word, wrong))),
  'virt-disks': (text, _, wrong) => text.map((disk) => virtDisk(disk, wrong)),
};

export const readFlag = (
  kind: Simple,
  text: FlagText,
  context: CliContext,
  wrong: Wrong,
): unknown => readers[kind](text, context, wrong);

/** An argument that is given several times stands as often on the kernel's command line. */
function kernelArguments(text: readonly string[]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const word of text) {
    const [key, value] = split(word) ?? [word, ''];
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return Object.fromEntries(
    [...values].map(([key, [first = '', ...more]]) => [
      key,
      more.length === 0 ? first : [first, ...more],
    ]),
  );
}

function variable(word: string, wrong: Wrong): [string, unknown] {
  const [key, value] = split(word) ?? [word, wrong('must be key=value', word)];
  if (!key.endsWith(':')) return [key, value];
  try {
    return [key.slice(0, -1), parse(value ?? '')];
  } catch {
    return [key, wrong('is not YAML after :=', word)];
  }
}

async function keysOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new ResoleError('invalid-input', `cannot read ${path}: ${cause.code}`, { cause });
  });
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
