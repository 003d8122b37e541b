import { expect, test } from 'vitest';
import { factsChanged } from './facts-change.ts';
import { facts, grub } from './testing/facts.ts';

test('free bytes come and go; everything else is a change', () => {
  expect(factsChanged(undefined, facts)).toBe(true);
  const boot = { ...grub().boot, freeBytes: 1 };
  expect(factsChanged(facts, { ...facts, stagingFreeBytes: 1, bootLoader: grub({ boot }) })).toBe(
    false,
  );
  expect(factsChanged(facts, { ...facts, hostname: 'web2' })).toBe(true);
});
