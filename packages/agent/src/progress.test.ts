import { expect, test } from 'vitest';
import { throttled } from './progress.ts';

test('two a second at most, and always the last', () => {
  let now = 0;
  const sent: (number | undefined)[] = [];
  const report = throttled(
    ({ percent }) => sent.push(percent),
    () => now,
  );
  for (let percent = 0; percent <= 100; percent += 1) {
    report({ phase: 'fetch kernel', percent });
    now += 10;
  }
  expect(sent).toEqual([0, 50, 100]);
});
