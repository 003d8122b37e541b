/** An agent that replaces itself under a real systemd, and a power cut in the middle of it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInside } from '../../support/inside.ts';

const oldIsBack = (said: string, seconds: number) => [
  [
    '1.0.0: runs',
    said,
    `1.0.0: version 2.0.0 did not connect within ${seconds} s: the old one is back`,
  ],
  { program: '1.0.0', beside: ['resole-agent'], units: [] },
];

test('a broken version is not for good, a good one settles, whenever the power fails', async () => {
  expect(await runInside(join(import.meta.dirname, 'inside.ts'))).toEqual({
    'when the power was cut': {
      program: '2.0.0',
      beside: ['resole-agent', 'resole-agent.old'],
      units: ['multi-user.target.wants/resole-agent-update.service', 'resole-agent-update.service'],
    },
    bad: oldIsBack('2.0.0: breaks', 12),
    good: [
      ['1.0.0: runs', '2.0.0: runs', '2.0.0: now version 2.0.0'],
      { program: '2.0.0', beside: ['resole-agent'], units: [] },
    ],
    'runs, but never connects': oldIsBack('2.0.0: runs', 10),
  });
}, 300_000);
