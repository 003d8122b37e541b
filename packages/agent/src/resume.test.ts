import { expect, test } from 'vitest';
import type { Current } from './record.ts';
import { resumed } from './resume.ts';
import { signedJob } from './testing/job.ts';

const current = (phase: Current['phase']): Current => ({
  job: signedJob(),
  phase,
  bootId: 'old',
  steps: ['done', 'started'],
});

test.each(['running', 'asking', 'leaving', 'undoing'] as const)(
  '%s, same boot: as it was',
  (phase) => {
    expect(resumed(current(phase), 'old')).toEqual(current(phase));
  },
);

test('another boot', () => {
  const after = (phase: Current['phase']) => resumed(current(phase), 'new');
  expect(after('running')).toEqual({ ...current('running'), bootId: 'new', steps: [] });
  const back = { phase: 'undoing', end: 'came-back', bootId: 'new' };
  expect(after('asking')).toEqual({ ...current('asking'), ...back });
  expect(after('leaving')).toEqual({ ...current('leaving'), ...back });
  expect(after('undoing')).toEqual({ ...current('undoing'), bootId: 'new' });
});
