import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { afterAll, expect, test } from 'vitest';
import { answerVariables } from '../answer-file.fixture.ts';
import { readShipped } from '../library.ts';
import { render } from '../render.ts';
import { RenderPool } from './pool.ts';

const templates = await readShipped(join(import.meta.dirname, '../../../templates'));
const pool = new RenderPool({ threads: 1, timeLimitMs: 1500 });
afterAll(() => pool.close());

const problemOf = (texts: Record<string, string>): Promise<string> =>
  pool.render('t', texts, {}).then(
    (text) => `no error: ${text.slice(0, 80)}`,
    (error) => {
      if (error instanceof ResoleError && error.code === 'template-error') return error.message;
      throw error;
    },
  );

test('a thread renders what the function renders, errors included', async () => {
  const name = 'image/answer-file.sh';
  expect(await pool.render(name, templates, answerVariables)).toBe(
    render(name, templates, answerVariables),
  );
  const texts = { t: 'x\n{% include "part" %}', part: '\n{{ missing }}' };
  const told = await problemOf(texts);
  expect(told).toBe('template part, line 2: undefined value\n     1 |\n>    2 | {{ missing }}');
  expect(() => render('t', texts, {})).toThrow(told);
  expect(await pool.renderAll(['b', 'a'], { a: '{{ n }}', b: '{{ n + 1 }}' }, '{"n":1}')).toEqual([
    '2',
    '1',
  ]);
  await expect(pool.render('absent', {}, {})).rejects.toThrow('there is no template absent');
});

test('an edited text counts at once, and the old one still where it is asked for', async () => {
  const before = { t: '{% include "part" %}', part: 'before' };
  const after = { ...before, part: 'after' };
  expect(await pool.render('t', before, {})).toBe('before');
  expect(await pool.render('t', after, {})).toBe('after');
  expect(await pool.render('t', before, {})).toBe('before');
});

test('sets that a thread has forgotten are sent again', async () => {
  const sets = Array.from({ length: 40 }, (_, index) => ({ t: `text ${index}` }));
  for (const round of [1, 2]) {
    const texts = await Promise.all(sets.map((set) => pool.render('t', set, { round })));
    expect(texts).toEqual(sets.map(({ t }) => t));
  }
});

const doubling = (times: number) =>
  `{% set ns = namespace(x="${'a'.repeat(64)}") %}{% for i in range(${times}) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`;

test.each([
  ['a string that fills the memory', `${doubling(40)}{{ ns.x }}`, 'it takes too much memory'],
  ['the same at one stroke', '{{ "a" * 900000000 }}', 'it takes too much memory'],
  ['a list that fills the memory', '{{ ([1] * 100000000) | list | length }}', 'too much memory'],
  [
    'a text beyond what any installer reads',
    `${doubling(18)}{{ ns.x }}`,
    'more than 8388608 characters',
  ],
  ['a template that includes itself', '{% include "t" %}', 'it includes itself, in t'],
])('%s is refused, and the controller does not grow', async (_what, text, problem) => {
  const before = process.memoryUsage().rss;
  const others = Array.from({ length: 20 }, (_, index) =>
    pool.render('t', { t: `other {{ n }}` }, { n: index }),
  );
  const [told, ...texts] = await Promise.all([problemOf({ t: text }), ...others]);
  expect(told).toContain(problem);
  expect(texts).toEqual(Array.from({ length: 20 }, (_, index) => `other ${index}`));
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

test('a template that takes long ends at its time, and takes nobody with it', async () => {
  // Cheap in fuel, dear in time: each step compares two long texts.
  const slow = `${doubling(17)}{% for i in range(100000) %}{{ ns.x | replace("ab", "") | length }}{% endfor %}`;
  const started = Date.now();
  const [told, other] = await Promise.all([
    problemOf({ t: slow }),
    pool.render('t', { t: 'other' }, {}),
  ]);
  expect(told).toBe('template t: it takes longer than 1.5 s');
  expect(other).toBe('other');
  expect(Date.now() - started).toBeLessThan(6000);
});

test('a thread that is idle ends, and comes back with the next rendering', async () => {
  const small = new RenderPool({ threads: 2, idleMs: 50 });
  const many = () =>
    Promise.all(Array.from({ length: 20 }, () => small.render('t', { t: 'x{{ 1 }}' }, {})));
  expect(new Set(await many())).toEqual(new Set(['x1']));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(new Set(await many())).toEqual(new Set(['x1']));
  small.close();
});
