import { expect, test } from 'vitest';
import { parseEnvironment, sameButOneTimeEntry, withoutVariable } from './environment.ts';

const block = (...lines: string[]) =>
  Buffer.from(['# GRUB Environment Block', ...lines, ''].join('\n').padEnd(1024, '#'));

test('variables, with escapes and comments', () => {
  const bytes = block('# WARNING: do not edit', 'saved_entry=0', 'next_entry=', 'x=a\\\\b\\\nc=d');
  expect([...parseEnvironment(bytes)]).toEqual([
    ['saved_entry', '0'],
    ['next_entry', ''],
    ['x', 'a\\b\nc=d'],
  ]);
  expect(parseEnvironment(Buffer.from('something else')).size).toBe(0);
});

test('only the one-time entry may differ', () => {
  const one = block('saved_entry=0');
  expect(sameButOneTimeEntry(one, block('saved_entry=0', 'next_entry=resole-x'))).toBe(true);
  expect(sameButOneTimeEntry(one, block('next_entry=', 'saved_entry=0'))).toBe(true);
  expect(sameButOneTimeEntry(one, block('saved_entry=1'))).toBe(false);
});

test('a variable is taken away, the block keeps its size', () => {
  const bytes = withoutVariable(block('a=1\\\\', 'next_entry=x', 'b=2'), 'next_entry');
  expect(bytes).toEqual(block('a=1\\\\', 'b=2'));
});
