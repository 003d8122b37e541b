/** What the controller's messages change in the journal's record. Pure. */
import type { EventAck, SignedJob } from '@resole/protocol';
import type { Verdict } from './intake.ts';
import { acknowledged, queued, waitingFor } from './outbox.ts';
import { type JournalRecord, knownAttempt, pruned, withCurrent, withKnown } from './record.ts';

/** How long a cancel that came before its job is remembered. */
const REMEMBER_MS = 24 * 3600 * 1000;

/** A job is taken in: from here on it is carried out, whatever happens to this process. */
export const afterAccept = (
  record: JournalRecord,
  job: SignedJob,
  bootId: string,
  now: Date,
): JournalRecord =>
  queued(
    {
      ...withKnown(pruned(record, now), job.job, job.attempt, job.expiresAt),
      current: { job, phase: 'running', bootId, steps: [] },
    },
    job.job,
    job.attempt,
    { type: 'accepted' },
    now,
  );

export const afterRefusal = (
  record: JournalRecord,
  { job, attempt, until, error }: Extract<Verdict, { kind: 'refuse' }>,
  now: Date,
): JournalRecord =>
  queued(
    withKnown(record, job, attempt, until),
    job,
    attempt,
    { type: 'refused', error: error.toBody() },
    now,
  );

/** The job under way is given up; what it did is taken back. */
export const givenUp = (record: JournalRecord): JournalRecord =>
  withCurrent(record, { phase: 'undoing', end: 'disarmed' });

export function afterCancel(
  record: JournalRecord,
  job: string,
  attempt: number,
  now: Date,
): JournalRecord {
  const { current } = record;
  if (current?.job.job === job && current.job.attempt === attempt) {
    const inTime = current.phase === 'running' || current.phase === 'asking';
    return inTime ? givenUp(record) : record;
  }
  if (attempt <= knownAttempt(record, job)) return record;
  // It never arrived here, so nothing is armed; and it must not begin should it still arrive.
  const until = new Date(now.getTime() + REMEMBER_MS).toISOString();
  return queued(withKnown(record, job, attempt, until), job, attempt, { type: 'disarmed' }, now);
}

export function afterAck(record: JournalRecord, ack: EventAck, now: Date): JournalRecord {
  const message = waitingFor(record, ack);
  if (message === undefined) return record;
  const next = acknowledged(record, message);
  const { current } = next;
  const isCurrent = current?.job.job === ack.job && current.job.attempt === ack.attempt;
  const asked = message.event.type === 'handing-over';
  if (ack.proceed) {
    const yes = asked && isCurrent && current.phase === 'asking';
    return yes ? withCurrent(next, { phase: 'leaving' }) : next;
  }
  if (isCurrent) return current.phase === 'leaving' ? next : givenUp(next);
  // The hand-over was refused after this side had undone the job for another reason.
  return asked ? queued(next, ack.job, ack.attempt, { type: 'disarmed' }, now) : next;
}
