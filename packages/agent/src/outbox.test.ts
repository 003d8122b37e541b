import { expect, test } from 'vitest';
import { acknowledged, queued, waitingFor } from './outbox.ts';
import { emptyRecord, pruned, withKnown } from './record.ts';

const job = 'job_aaaaaaaaaaaaaaaaaaaa';
const now = new Date('2026-01-01T00:00:00Z');
const until = '2026-01-02T00:00:00Z';

test('sequence numbers count per attempt and are never given out twice', () => {
  let record = withKnown(withKnown(emptyRecord, job, 1, until), job, 2, until);
  record = queued(record, job, 1, { type: 'accepted' }, now);
  record = queued(record, job, 1, { type: 'disarmed' }, now);
  record = queued(record, job, 2, { type: 'accepted' }, now);
  expect(record.outbox.map(({ attempt, sequence }) => [attempt, sequence])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
  ]);
  for (const message of record.outbox) record = acknowledged(record, message);
  record = queued(record, job, 1, { type: 'disarmed' }, now);
  expect(record.outbox).toEqual([
    {
      type: 'event',
      job,
      attempt: 1,
      sequence: 3,
      at: now.toISOString(),
      event: { type: 'disarmed' },
    },
  ]);
});

test('an acknowledgement is for one event only', () => {
  const record = queued(withKnown(emptyRecord, job, 1, until), job, 1, { type: 'accepted' }, now);
  const ack = { type: 'event-ack', job, attempt: 1, sequence: 1, proceed: true } as const;
  expect(waitingFor(record, ack)).toBe(record.outbox[0]);
  expect(waitingFor(record, { ...ack, sequence: 2 })).toBeUndefined();
  expect(waitingFor(record, { ...ack, attempt: 2 })).toBeUndefined();
});

test('attempts are forgotten when they have expired and have nothing left to say', () => {
  const later = new Date('2026-01-03T00:00:00Z');
  const record = queued(withKnown(emptyRecord, job, 1, until), job, 1, { type: 'accepted' }, now);
  expect(pruned(record, now)).toBe(record);
  expect(pruned(record, later)).toBe(record);
  expect(pruned({ ...record, outbox: [] }, later).known).toEqual([]);
});
