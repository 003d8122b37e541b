import { expect, test } from 'vitest';
import { Options } from './options.ts';
import { SystemInput } from './system.ts';

const problems = (fields: object): string[] =>
  SystemInput.safeParse({ name: 'web1', ...fields }).error?.issues.map(({ message }) => message) ??
  [];

test('a host name is one', () => {
  expect(problems({ hostname: 'web-1.example.org' })).toEqual([]);
  expect(problems({ hostname: 'old_name' })).toEqual([]);
  for (const hostname of ['', 'a b', 'a\nb', '-a', 'a..b', 'wëb']) {
    expect(problems({ hostname })).toEqual(['not a host name, as in web1 or web1.example.org']);
  }
});

test('kernel arguments are what a kernel reads', () => {
  const fits = (options: object) => Options.safeParse({ kernelOptions: options }).success;
  const good = { quiet: '', console: 'ttyS0,115200n8', '!splash': null, 'rd.x': 'a=b:"c d"' };
  expect(fits(good)).toBe(true);
  expect(fits({ console: ['tty0', 'ttyS0,115200'] })).toBe(true);
  for (const values of [[], ['a b'], [null]]) expect(fits({ console: values })).toBe(false);
  for (const key of ['', 'a b', 'a=b', 'a\n', 'a"']) expect(fits({ [key]: '' })).toBe(false);
  for (const value of ['a b', 'a\nb', '"a', '"a\nb"', 'a\u0000'])
    expect(fits({ k: value })).toBe(false);
});

test('a machine has a thousand interfaces at most', () => {
  const of = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, {}]));
  expect(problems({ interfaces: of(1000) })).toEqual([]);
  expect(problems({ interfaces: of(1001) })).toEqual(['more than 1,000 interfaces']);
});
