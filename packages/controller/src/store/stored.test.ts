import { Id } from '@resole/protocol';
import { expect, test } from 'vitest';
import { newId } from './stored.ts';

test('ids are valid, unique, and sort in the order they were made', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('sys'));
  expect(ids.every((id) => Id.safeParse(id).success)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});
