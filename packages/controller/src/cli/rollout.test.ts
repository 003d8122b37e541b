import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Outcome, rollOut } from './rollout.ts';

const names = Array.from({ length: 10 }, (_, index) => `web${index + 1}`);

/** Each takes a moment; those of `broken` fail at once. */
const acting = (broken: string[] = []) => {
  const seen = { most: 0, now: 0 };
  const act = async (system: string): Promise<Outcome> => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    const failed = broken.includes(system);
    if (!failed) await sleep(5);
    seen.now -= 1;
    return failed
      ? { state: 'failed', error: new Error(`${system} is broken`) }
      : { state: 'done' };
  };
  return { seen, act };
};

const statesOf = (rows: { state: string }[]) => rows.map(({ state }) => state);

test('so many at once, and all of them, told as they end', async () => {
  const { seen, act } = acting();
  const told: string[] = [];
  const rows = await rollOut(names, { atOnce: 3, keepGoing: false }, act, ({ system }) =>
    told.push(system),
  );
  expect(statesOf(rows)).toEqual(names.map(() => 'done'));
  expect(seen.most).toBe(3);
  expect(told.sort()).toEqual([...names].sort());
});

test('after a failure none is begun; what was begun is waited for', async () => {
  const { seen, act } = acting(['web2']);
  const rows = await rollOut(names, { atOnce: 2, keepGoing: false }, act);
  expect(statesOf(rows)).toEqual(['done', 'failed', ...names.slice(2).map(() => 'not started')]);
  expect(seen.now).toBe(0);
});

test('where it is to keep going, a failure stops nothing', async () => {
  const rows = await rollOut(names, { atOnce: 4, keepGoing: true }, acting(['web2', 'web9']).act);
  expect(rows.filter(({ state }) => state === 'done')).toHaveLength(8);
});
