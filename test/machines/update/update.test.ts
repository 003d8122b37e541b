/** An agent that replaces itself under a real systemd, and a power cut in the middle of it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInside } from '../../support/inside.ts';

const oldIsBack = (seconds: number) => [
  ['1.0.0: runs', '2.0.0: breaks', rolledBack(seconds)],
  { program: '1.0.0', beside: ['resole-agent'], units: [] },
];
const rolledBack = (seconds: number) =>
  `1.0.0: version 2.0.0 did not connect within ${seconds} s: the old one is back`;

test('a broken version is not for good, a good one settles, whenever the power fails', async () => {
  expect(await runInside(join(import.meta.dirname, 'inside.ts'))).toEqual({
    'when the power was cut': {
      program: '2.0.0',
      beside: ['resole-agent', 'resole-agent.old'],
      units: ['multi-user.target.wants/resole-agent-update.service', 'resole-agent-update.service'],
    },
    bad: oldIsBack(12),
    good: [
      ['1.0.0: runs', '2.0.0: runs', '2.0.0: now version 2.0.0'],
      { program: '2.0.0', beside: ['resole-agent'], units: [] },
    ],
    'without a cut': oldIsBack(6),
  });
}, 300_000);
