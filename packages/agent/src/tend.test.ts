import type { Step } from '@resole/protocol';
import { expect, test } from 'vitest';
import { emptyRecord, type JournalRecord } from './record.ts';
import { beforeStep } from './tend.ts';

const uuid = '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11';
const until = '2026-01-02T00:00:00.000Z';
const record: JournalRecord = {
  ...emptyRecord,
  tended: [
    { job: 'job_aaaaaaaaaaaaaaaaaaaa', attempt: 1, uuid, connection: 'qemu:///system', until },
  ],
};
const isTended = (step: Step) => beforeStep(record, step).tended?.[0]?.until === until;
const guest = (action: 'shutdown' | 'destroy' | 'undefine' | 'start' | 'reset'): Step => ({
  step: 'guest',
  args: { action, uuid },
});

// Between a guest's end and its removal it must not be started again: it would stay for ever.
test.each<[string, Step, boolean]>([
  ['shutdown', guest('shutdown'), false],
  ['destroy', guest('destroy'), false],
  ['undefine', guest('undefine'), false],
  ['recreate', { step: 'remove-guest', args: { uuid } }, false],
  ['start', guest('start'), true],
  ['reset', guest('reset'), true],
  ['another guest', { step: 'guest', args: { action: 'destroy', uuid: until } }, true],
])('a guest that installs is tended on after %s: %#', (_, step, tended) => {
  expect(isTended(step)).toBe(tended);
});
