import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { render } from './render.ts';

/** What goes wrong, as a person reads it. */
function problemOf(name: string, templates: Record<string, string>, variables: object): string {
  try {
    return `no error: ${render(name, templates, variables)}`;
  } catch (error) {
    if (error instanceof ResoleError && error.code === 'template-error') return error.message;
    throw error;
  }
}

test('variables, snippets, macros, loops; blocks leave no blank lines', () => {
  const templates = {
    'main.sh.j2':
      '{% from "quote.sh.j2" import line %}\n' +
      '{% for disk in disks %}\n{{ line(disk) }}\n{% endfor %}\n' +
      '{% include "tail.sh.j2" %}\nend\n',
    'quote.sh.j2': '{% macro line(text) %}disk={{ text|sh }}{% endmacro %}',
    'tail.sh.j2': 'name={{ name }} {{ name.split("-")[0] }}\n',
  };
  expect(render('main.sh.j2', templates, { name: 'web-1', disks: ['vda', "it's"] })).toBe(
    "disk='vda'\ndisk='it'\\''s'\nname=web-1 web\nend\n",
  );
});

test('filters: one word for a shell, one line of JSON', () => {
  const template = '{{ text|sh }} {{ n|sh }} {{ yes|sh }} {{ tree|json }} {{ big|json }}';
  const variables = { text: '$(x) `y`\n"', n: 5, yes: true, tree: { a: [{ b: 1 }] }, big: 2 ** 40 };
  expect(render('t', { t: template }, variables)).toBe(
    `'$(x) \`y\`\n"' '5' 'true' {"a":[{"b":1}]} 1099511627776`,
  );
});

test('nothing is escaped, whatever the name', () => {
  for (const name of ['a.xml.j2', 'a.html', 'a.json.j2', 'a.yaml', 'a.sh']) {
    expect(render(name, { [name]: '\n{{ text }}\n' }, { text: `<"'&>` })).toBe(`\n<"'&>\n`);
  }
});

test('null and undefined are not set', () => {
  const template = '{{ a is defined }} {{ b.c is defined }} {{ a|default("x") }}';
  expect(render('t', { t: template }, { a: null, b: { c: undefined } })).toBe('false false x');
  expect(problemOf('t', { t: '{{ a }}' }, { a: null })).toContain('undefined value');
});

test('an error names template and line, shows the place and no values', () => {
  const snippet = 'one\ntwo {{ secret }}\nthree {{ disk.size }}\nfour\nfive\n';
  const templates = { main: 'x\n{% include "snippet" %}\n', snippet };
  expect(problemOf('main', templates, { secret: 'hunter2', disk: {} })).toBe(
    [
      'template snippet, line 3: undefined value',
      '     2 | two {{ secret }}',
      '>    3 | three {{ disk.size }}',
      '     4 | four',
    ].join('\n'),
  );
});

test.each([
  ['{{ missing|sh }}', 'line 1: sh: an undefined value cannot be one word of a shell'],
  ['\n{{ list|sh }}', 'line 2: sh: a list cannot be one word of a shell'],
  ['{{ nul|sh }}', 'line 1: sh: a NUL byte cannot be in a word of a shell'],
  ['{{ missing|json }}', 'line 1: json: undefined value'],
  ['{{ 1 + }}', 'line 1: syntax error: unexpected end of variable block'],
  ['{% include "no" %}', 'line 1: template not found: tried to include non-existing template "no"'],
  ['{{ "a"|nofilter }}', 'line 1: unknown filter: filter nofilter is unknown'],
  ['{% for i in range(100000000) %}{% endfor %}', 'range has too many elements'],
  [
    '{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}',
    'it takes more than 5,000,000 instructions: does it loop?',
  ],
])('%s', (template, problem) => {
  expect(problemOf('t', { t: template }, { list: ['a'], nul: 'a\0b' })).toContain(problem);
});

test('a broken snippet is named, harms nobody else, and leaves the next render alone', () => {
  const templates = { main: '{% include "broken" %}', other: 'fine', broken: '\n{% if %}' };
  expect(problemOf('main', templates, {})).toMatch(/^template broken, line 2: syntax error/);
  expect(render('other', templates, {})).toBe('fine');
  expect(problemOf('absent', {}, {})).toBe('there is no template absent');
  expect(render('t', { t: '{{ a|sh }}' }, { a: 1 })).toBe("'1'");
});
