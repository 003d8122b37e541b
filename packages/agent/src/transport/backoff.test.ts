import { expect, test } from 'vitest';
import { decorrelated } from './backoff.ts';

test('between the shortest and three times the last, never above the longest', () => {
  const most = decorrelated(1000, 30_000, () => 1);
  expect(Array.from({ length: 5 }, () => most.next())).toEqual([
    3000, 9000, 27_000, 30_000, 30_000,
  ]);
  most.reset();
  expect(most.next()).toBe(3000);
  const least = decorrelated(1000, 30_000, () => 0);
  expect([least.next(), least.next()]).toEqual([1000, 1000]);
});
