import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filters } from './filters.ts';

const page = await readFile(join(import.meta.dirname, '../../../../docs/templates.md'), 'utf8');
const source = await readFile(join(import.meta.dirname, 'variables.ts'), 'utf8');

/** Names in the first column of the table under a heading. */
const firstColumn = (heading: string): string[] => {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| (.*?) \| /gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([\w.]+)`/g)])
    .map(([, name = '']) => name);
};

/** Paths of an interface's fields, as deep as it is written out in place. */
const fieldsOf = (name: string): string[] => {
  const start = source.indexOf(`interface ${name} {`);
  const body = source
    .slice(source.indexOf('{', start) + 1, source.indexOf('\n}', start))
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
  const paths: string[] = [];
  const within: string[] = [];
  for (const [, field, opens, closes] of body.matchAll(/(\w+)\??:\s*(\{)?|(\})/g)) {
    if (closes) within.pop();
    else if (opens) within.push(field ?? '');
    else paths.push([...within, field].join('.'));
  }
  return paths;
};

test('the page has every variable, and none that is not there', () => {
  expect(firstColumn('Variables').sort()).toEqual(fieldsOf('AnswerVariables').sort());
  const lists = { Interface: 'interfaces', Repo: 'repos', User: 'users' };
  for (const [what, list] of Object.entries(lists)) {
    const name = `${what}Variables`;
    const [, text = ''] = page.split(new RegExp(`\`${list}\`\\shas`));
    const told = new Set(
      [...(text.split(/\. /)[0] ?? '').matchAll(/`([\w.]+)`/g)].map((match) => match[1]),
    );
    expect(fieldsOf(name).filter((field) => !told.has(field) && !field.includes('ipv'))).toEqual(
      [],
    );
  }
});

test('and every filter', () => {
  expect(firstColumn('Filters').sort()).toEqual(Object.keys(filters).sort());
});
