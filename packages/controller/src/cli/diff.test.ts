import { expect, test } from 'vitest';
import { diffLines } from './diff.ts';

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${kind} ${text}`);

test('what differs, with two lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n';
  const after = 'a\nb\nc\nD\ne\nf\ng\nh\nj\nk\n';
  expect(shown(before, after)).toEqual([
    'same b',
    'same c',
    'gone d',
    'new D',
    'same e',
    'same f',
    'same g',
    'same h',
    'gone i',
    'same j',
    'new k',
  ]);
});

test('changes that are far from each other', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
  const before = lines.join('\n');
  const after = [...lines.slice(1), 'last'].join('\n');
  expect(shown(before, after)).toEqual([
    'gone line 0',
    'same line 1',
    'same line 2',
    'gap …',
    'same line 10',
    'same line 11',
    'new last',
  ]);
});

test('from nothing, to nothing, and no difference', () => {
  expect(shown('', 'a\nb\n')).toEqual(['new a', 'new b']);
  expect(shown('a\n', '')).toEqual(['gone a']);
  expect(shown('a\nb\n', 'a\nb\n')).toEqual([]);
});
