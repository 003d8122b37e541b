import { expect, test } from 'vitest';
import { changesBetween, inputOf, unset } from './patch.ts';

test('what operators write is what the controller did not fill in', () => {
  expect(
    inputOf({ id: 'x', revision: 1, createdAt: 'x', updatedAt: 'x', origin: 'added', name: 'web' }),
  ).toEqual({ name: 'web' });
});

test('a patch has what changed, and null for what is gone', () => {
  const before = { name: 'a', vars: { x: 1 }, comment: 'c', same: [1] };
  expect(changesBetween(before, { name: 'a', vars: { x: 2 }, same: [1], fresh: true })).toEqual({
    vars: { x: 2 },
    comment: null,
    fresh: true,
  });
  expect(changesBetween(before, before)).toEqual({});
});

test('what was taken away of what is inherited is taken back', () => {
  const taken = { '!proxy': null, name: 'a' };
  expect(changesBetween({ name: 'a', proxy: 'x' }, taken)).toEqual({ '!proxy': null, proxy: null });
  expect(changesBetween(taken, { name: 'a' })).toEqual({ proxy: null });
  expect(changesBetween(taken, { name: 'a', proxy: 'y' })).toEqual({ proxy: 'y' });
});

test('fields and keys of maps can be taken away; an empty map goes with its last key', () => {
  const object = { comment: 'c', vars: { a: 1, 'b.c': 2 }, kernelOptions: { quiet: '' } };
  expect(unset(object, ['comment', 'vars.b.c', 'kernelOptions.quiet'])).toEqual({ vars: { a: 1 } });
  expect(() => unset(object, ['vars.z'])).toThrow('there is no "vars.z" to take away');
});
