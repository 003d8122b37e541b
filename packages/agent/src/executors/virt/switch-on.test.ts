import { expect, test } from 'vitest';
import { switchOn } from './switch-on.ts';

test.each([
  ['shut off', 'started', ['start']],
  ['paused', 'resumed: it was paused', ['resume']],
  ['pmsuspended', 'woken: it was asleep', ['dompmwakeup']],
  ['crashed', 'started again: it had crashed', ['destroy', 'start']],
  ['running', 'runs already', []],
  ['in shutdown', 'runs already', []],
])('a guest that is %s: %s', async (state, said, commands) => {
  const told: string[] = [];
  expect(await switchOn(state, async (command) => told.push(command))).toBe(said);
  expect(told).toEqual(commands);
});
