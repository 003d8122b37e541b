/** What can be said of a template without rendering it. */
import { prepare, type Templates } from '../environment.ts';
import { excerptOf } from '../failure.ts';
import { idiomsOf } from '../idioms.ts';
import { referencesOf } from '../references.ts';

export interface SourceProblem {
  line?: number | undefined;
  problem: string;
  /** What to write instead. */
  remedy?: string;
  excerpt?: string;
  /** `hint`: it can be rendered, though hardly to what was meant. */
  severity: 'error' | 'hint';
}

/** Mistakes in syntax, mentions of templates that are not there, and Cobbler's language. */
export const lintSource = (name: string, templates: Templates): SourceProblem[] => {
  const text = templates[name] ?? '';
  return [
    ...syntax(name, text),
    ...referencesOf(text)
      .names.filter((each) => !Object.hasOwn(templates, each))
      .filter((each) => !mayBeMissing(text, each))
      .map((each): SourceProblem => {
        const line = text.slice(0, text.indexOf(each)).split('\n').length;
        return {
          line,
          problem: `it includes ${each}, which is not there`,
          remedy: 'see which there are: resole template list',
          excerpt: excerptOf(text, line),
          severity: 'error',
        };
      }),
    ...idiomsOf(text).map(
      ({ line, found, hint }): SourceProblem => ({
        line,
        problem: `${found} is Cobbler's language: it stays in the answer file as it is`,
        remedy: hint,
        severity: 'hint',
      }),
    ),
  ];
};

const mayBeMissing = (text: string, name: string): boolean =>
  [...text.matchAll(/\{%[^%]*?\bignore\s+missing\b/g)].some(([tag]) => tag.includes(name)) ||
  // A list of names: the first that is there counts.
  [...text.matchAll(/\{%-?\s*include\s+[[(][^%]*%\}/g)].some(([tag]) => tag.includes(name));

const syntax = (name: string, text: string): SourceProblem[] => {
  const prepared = prepare({ [name]: text });
  // Only read: what it would need to render is not there.
  const outcome = prepared.render(name, {});
  prepared.free();
  if (typeof outcome === 'string' || !/^syntax error/.test(outcome.problem)) return [];
  const { line, problem } = outcome;
  return [
    {
      line,
      problem,
      ...(line === undefined ? {} : { excerpt: excerptOf(text, line) }),
      severity: 'error',
    },
  ];
};
