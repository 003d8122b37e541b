import type { PowerResult } from '@resole/protocol';
import { expect, test } from 'vitest';
import { failureOf, outcomeText, summaryOf } from './view.ts';

const result = (changes: Partial<PowerResult>): PowerResult => ({
  system: 'sys_22222222222222222222',
  name: 'web1',
  action: 'on',
  driver: 'ipmi',
  state: 'on',
  changed: true,
  verified: true,
  seconds: 1.5,
  reasons: [],
  ...changes,
});

const refused = {
  code: 'power-wrong-password',
  message: 'bmc1 does not accept the password',
} as const;

test('what came of it, in one phrase', () => {
  const cases = [
    {},
    { changed: false },
    { action: 'status' },
    { driver: 'wake-on-lan', verified: false, state: 'unknown' },
    { action: 'soft-off', state: 'off', driver: 'agent', reasons: ['ipmi: no answer'] },
    { action: 'boot-device', verified: false },
    { error: refused, reasons: ['ipmi: no answer'] },
  ] as const;
  expect(cases.map((each) => outcomeText(result(each as Partial<PowerResult>)))).toEqual([
    'switched on by ipmi',
    'already on',
    'on',
    'switched on by wake-on-lan, not seen to happen',
    'shut down by agent (ipmi: no answer)',
    'boot device set by ipmi',
    'bmc1 does not accept the password (ipmi: no answer)',
  ]);
});

test('one summary, and one error where any failed', () => {
  const results = [
    result({}),
    result({ changed: false }),
    result({ error: refused }),
    result({ error: refused }),
  ];
  expect(summaryOf(results)).toBe('4 systems: 1 already on, 1 done, 2 failed');
  expect(failureOf(results)).toMatchObject({
    code: 'power-wrong-password',
    message: 'web1: bmc1 does not accept the password; 1 more failed',
  });
  expect(failureOf(results.slice(0, 2))).toBeUndefined();
});
