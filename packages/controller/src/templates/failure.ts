import { ResoleError } from '@resole/protocol';
import type { Failure, Templates } from './environment.ts';
import { idiomsOf } from './idioms.ts';

/** A failed render as people read it: template, line, the lines around it, what to write instead. */
export const templateError = (failure: Failure, templates: Templates): ResoleError => {
  const { problem, template, line } = failure;
  const text = Object.hasOwn(templates, template) ? (templates[template] ?? '') : '';
  const place = line === undefined ? `template ${template}` : `template ${template}, line ${line}`;
  const excerpt = line === undefined ? '' : `\n${excerptOf(text, line)}`;
  const [idiom] = idiomsOf(text);
  return new ResoleError('template-error', `${place}: ${problem}${excerpt}`, {
    details: [{ field: line === undefined ? template : `${template}:${line}`, problem }],
    ...(idiom === undefined
      ? {}
      : { remedy: `line ${idiom.line} is written for Cobbler (${idiom.found}): ${idiom.hint}` }),
  });
};

/** The line (counted from 1) with one before and one after it. */
export const excerptOf = (text: string, line: number): string =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((content, index) => ({ content, number: index + 1 }))
    .filter(({ number }) => Math.abs(number - line) <= 1)
    .map(({ content, number }) =>
      `${number === line ? '>' : ' '}${String(number).padStart(5)} | ${content}`.trimEnd(),
    )
    .join('\n');
