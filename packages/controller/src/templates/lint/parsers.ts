/** Checkers that need no program. */
import { parseAllDocuments } from 'yaml';
import type { Checker } from './checker.ts';
import type { Problem } from './problem.ts';

export const yaml: Checker = {
  name: 'YAML parser',
  check: ({ text }) =>
    parseAllDocuments(text, { version: '1.1' }).flatMap(({ errors, warnings }) =>
      [...errors, ...warnings].map(
        ({ message, linePos }): Problem => ({
          line: linePos?.[0].line,
          problem: message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? message,
        }),
      ),
    ),
};

export const json: Checker = {
  name: 'JSON parser',
  check: ({ text }) => {
    try {
      JSON.parse(text);
      return [];
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const position = /position (\d+)/.exec(problem)?.[1];
      return [{ line: position ? lineAt(text, Number(position)) : undefined, problem }];
    }
  },
};

const lineAt = (text: string, position: number): number =>
  text.slice(0, position).split('\n').length;

/** The line that a key of JSON first stands on. */
export const lineOfKey = (text: string, key: string | undefined): number | undefined => {
  const position = key === undefined ? -1 : text.indexOf(`${JSON.stringify(key)}:`);
  return position === -1 ? undefined : lineAt(text, position);
};
