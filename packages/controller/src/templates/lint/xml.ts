/** XML, as its parser and our schemas of two installers' files see it (assets/lint). */
import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';
import { type Checker, problemsIn, say } from './checker.ts';
import type { Problem } from './problem.ts';
import { orAll } from './programs.ts';

const program = { command: 'xmllint', package: 'libxml2-utils' };

const check = async (text: string, more: readonly string[]): Promise<Problem[]> => {
  const args = ['--noout', '--nonet', ...more, '-'];
  const { failed, said } = await say('xmllint', args, { input: text });
  const unread = problemsIn(said, /^-:(?<line>\d+): (?:parser|namespace) \w+ : (?<problem>.*)$/gm);
  if (unread.length > 0) return unread;
  const invalid =
    /^-:(?<line>\d+): element [^:]+: (?:Schemas|Relax-NG) validity error : (?<problem>.*)$/gm;
  return orAll(problemsIn(said, invalid).map(readable), failed, said);
};

/**
 * Without the namespace, which is the same for all of a file, without what XSD calls its rules, and
 * without lists of what else there may be, which end after the tenth.
 */
const readable = ({ line, problem }: Problem): Problem => ({
  line,
  problem: problem
    .replaceAll(/\{[^{}']*:[^{}']*\}/g, '')
    .replaceAll(/\[facet '\w+'\] | Expected is .*$/g, ''),
});

const asset = (name: string): string => join(packageRoot, 'assets/lint', name);

export const xmllint: Checker = {
  name: 'xmllint',
  program,
  check: ({ text }) => check(text, []),
};

export const autoyastSchema: Checker = {
  name: 'xmllint, schema of AutoYaST',
  program,
  check: ({ text }) => check(text, ['--schema', asset('autoyast.xsd')]),
};

export const unattendSchema: Checker = {
  name: 'xmllint, schema of Windows Setup',
  program,
  check: async ({ text }) => {
    const problems = await check(text, ['--relaxng', asset('unattend.rng')]);
    // All that follows says what the first one makes of the elements around it.
    return problems.slice(0, 1);
  },
};
