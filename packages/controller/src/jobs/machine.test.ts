import { finalStates, JobEventType, JobKind, JobState } from '@resole/protocol';
import { expect, test } from 'vitest';
import { canCancel, nextState, tables } from './machine.ts';

test('a final state is never left', () => {
  for (const kind of JobKind.options) {
    for (const state of finalStates) {
      for (const event of JobEventType.options)
        expect(nextState(kind, state, event)).toBeUndefined();
    }
  }
});

test('every state that is not final ends by itself: its deadline leads to an end', () => {
  for (const kind of JobKind.options) {
    for (const state of JobState.options) {
      if (finalStates.has(state)) continue;
      const reached = new Set<JobState>();
      let now: JobState = state;
      while (!finalStates.has(now) && !reached.has(now)) {
        reached.add(now);
        now = nextState(kind, now, 'deadline-passed') ?? now;
      }
      expect([kind, state, finalStates.has(now)]).toEqual([kind, state, true]);
    }
  }
});

test('only the new agent makes a reinstall a success', () => {
  const ways = JobState.options.flatMap((state) =>
    JobEventType.options.filter((event) => tables.reinstall[state][event] === 'returned'),
  );
  expect([...new Set(ways)]).toEqual(['new-agent-returned']);
});

test('cancelling is possible up to the hand-over, and again when the job is stalled', () => {
  const open = JobState.options.filter((state) => canCancel('reinstall', state));
  expect(open).toEqual(['planned', 'queued', 'staging', 'armed', 'stalled']);
});
