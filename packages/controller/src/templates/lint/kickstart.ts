import { commands, sections } from './kickstart-grammar.ts';
import type { Problem } from './problem.ts';

/** What RHEL's versions end with; Fedora is ahead of them. */
const FEDORA = 11;

/** RHEL's 7 to 10; a larger number is one of Fedora, whose version is no smaller than 19. */
const generationOf = (version: string): number => {
  const major = Number(/^\d+/.exec(version)?.[0] ?? FEDORA);
  return major >= 19 ? FEDORA : major;
};

/**
 * Checks a kickstart file against the grammar of its version: commands, options and sections that
 * are unknown there, not there yet, gone or deprecated; quotes and sections that are not closed.
 * Scripts and package lists are not looked into, files that are included are not read.
 * @param version of the distro, as in `9.4`; from 19 on Fedora's
 */
export const lintKickstart = (text: string, version: string): Required<Problem>[] => {
  const generation = generationOf(version);
  const problems: Required<Problem>[] = [];
  let open: { name: string; line: number } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const say = (problem: string) => problems.push({ line, problem });
    if (open !== undefined) {
      if (/^%end\b/.test(raw)) open = undefined;
      else if (isSection(raw)) say(`%${open.name} of line ${open.line} is not closed by %end`);
      continue;
    }
    const words = wordsOf(raw);
    if (words === undefined) {
      say('a quote is not closed');
      continue;
    }
    const [name, ...rest] = words;
    if (name === undefined) continue;
    if (name === '%include' || name === '%ksappend') {
      if (rest.length !== 1) say(`${name} takes one file or address`);
    } else if (name === '%end') {
      say('%end without a section');
    } else if (name.startsWith('%')) {
      open = { name: name.slice(1), line };
      for (const problem of judge(sections, name.slice(1), rest, generation, 'section %'))
        say(problem);
    } else {
      for (const problem of judge(
        commands,
        name === 'partition' ? 'part' : name,
        rest,
        generation,
        '',
      ))
        say(problem);
    }
  }
  if (open !== undefined) {
    problems.push({ line: open.line, problem: `%${open.name} is not closed by %end` });
  }
  return problems;
};

const isSection = (line: string): boolean =>
  Object.hasOwn(sections, /^%([\w-]+)/.exec(line)?.[1] ?? '');

/** What is wrong with a command or the head of a section, and its options. */
export const judge = (
  table: Readonly<Record<string, string>>,
  name: string,
  words: readonly string[],
  generation: number,
  prefix: string,
): string[] => {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) {
    return [`there is no ${prefix || 'command '}${name}`];
  }
  const [life = '', ...options] = entry.split(' ');
  const problems = [outOfLife(`${prefix}${name}`, life, generation)];
  if (!options.includes('*')) {
    for (const word of words.filter((each) => each.startsWith('-'))) {
      const option = word.split('=')[0] ?? word;
      const known = options.find((each) => each.split(/[@!]/)[0] === option);
      problems.push(
        known === undefined
          ? `${prefix}${name} has no option ${option}`
          : outOfLife(`${prefix}${name} ${option}`, known.slice(option.length), generation),
      );
    }
  }
  return problems.filter((problem) => problem !== undefined);
};

/** @param life as in `@8-9!9` */
const outOfLife = (what: string, life: string, generation: number): string | undefined => {
  const { first, last, deprecated } =
    /^(?:@(?<first>\d+)?(?:-(?<last>\d+))?)?(?:!(?<deprecated>\d+))?$/.exec(life)?.groups ?? {};
  if (first !== undefined && generation < Number(first)) {
    return `${what} is not there before version ${first}`;
  }
  if (last !== undefined && generation > Number(last)) {
    return `${what} is gone since version ${Number(last) + 1}`;
  }
  if (deprecated !== undefined && generation >= Number(deprecated)) {
    return `${what} is deprecated since version ${deprecated}`;
  }
  return undefined;
};

/** Splits a line as Python's shlex does; nothing where a quote is not closed. */
export const wordsOf = (line: string): string[] | undefined => {
  const words: string[] = [];
  let rest = line;
  let word: string | undefined;
  while (rest !== '') {
    const piece =
      /^(?:(?<space>\s+)|(?<comment>#.*)|'(?<single>[^']*)'|"(?<double>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|(?<plain>[^\s#'"\\]+))/.exec(
        rest,
      );
    if (piece === null) return undefined;
    const { space, comment, single, double, escaped, plain } = piece.groups ?? {};
    if (space !== undefined || comment !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ''}${single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain ?? ''}`;
    }
    rest = rest.slice(piece[0].length);
  }
  if (word !== undefined) words.push(word);
  return words;
};
