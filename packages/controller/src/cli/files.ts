/** Text and objects that operators hand over: a file, or `-` for standard input. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { ResoleError } from '@resole/protocol';
import { parseDocument } from 'yaml';
import type { CliContext } from './context.ts';

export async function readText(file: string, { stdin, cwd }: CliContext): Promise<string> {
  if (file === '-') return await textOf(stdin);
  const path = resolve(cwd, file);
  return await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ResoleError('invalid-input', `cannot read ${path}: ${cause.code}`, { cause });
  });
}

/** A secret: the first line of a file or of standard input, or asked for where that is a terminal. */
export async function readSecret(file: string, what: string, context: CliContext): Promise<string> {
  const { stdin, stderr, signal } = context;
  if (file === '-' && stdin.isTTY) {
    const { password } = await import('@inquirer/prompts');
    const where = { input: stdin, output: stderr as NodeJS.WriteStream, signal };
    return password({ message: `${what}:` }, where);
  }
  return (await readText(file, context)).split(/\r?\n/)[0] ?? '';
}

/** One object, in YAML or JSON (which is YAML too). */
export async function readObject(
  file: string,
  context: CliContext,
): Promise<Record<string, unknown>> {
  return parseObject(await readText(file, context), file === '-' ? 'standard input' : file);
}

export function parseObject(text: string, where: string): Record<string, unknown> {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ResoleError('invalid-input', `${where} is not YAML: ${error.message}`);
  }
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ResoleError('invalid-input', `${where} is not one object (a map of fields)`);
  }
  return value as Record<string, unknown>;
}
