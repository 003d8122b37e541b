import { expect, test } from 'vitest';
import { parseTarget, parseTargets, targetText } from './target.ts';

test.each([
  ['db1', { host: 'db1' }],
  ['root@203.0.113.7', { user: 'root', host: '203.0.113.7' }],
  ['root@db1.example.org:2222', { user: 'root', host: 'db1.example.org', port: 2222 }],
  ['root@[2001:db8::1]:22', { user: 'root', host: '2001:db8::1', port: 22 }],
  ['[fe80::1%eth0]', { host: 'fe80::1%eth0' }],
])('%s', (text, expected) => {
  expect(parseTarget(text)).toEqual(expected);
  expect(targetText(parseTarget(text))).toBe(text);
});

test.each([
  '',
  '@db1',
  'root@',
  'a b',
  '-oProxyCommand=x',
  'root@-x',
  'db1:0',
  'db1:70000',
  'a@b@c',
])('"%s" is not a server', (text) => {
  expect(() => parseTarget(text)).toThrow('is not a server');
});

test('a server that is named twice counts once', () => {
  expect(
    parseTargets('root@a\na\nroot@a # again\nroot@[2001:db8::1]\nroot@[2001:db8::1]\n'),
  ).toEqual([{ user: 'root', host: 'a' }, { host: 'a' }, { user: 'root', host: '2001:db8::1' }]);
});

test('a file of servers', () => {
  expect(parseTargets('# old ones\nroot@a\n\nroot@b:2222 # rack 3\n')).toEqual([
    { user: 'root', host: 'a' },
    { user: 'root', host: 'b', port: 2222 },
  ]);
  expect(() => parseTargets('a\n-b\n')).toThrow('line 2: "-b" is not a server');
});
