/**
 * Events on their way to the controller. They live in the journal's record, so that a change of the
 * job and the event that tells of it reach the disk in one write: neither exists without the other.
 */
import type { AgentEvent, EventAck, EventMessage } from '@resole/protocol';
import type { JournalRecord } from './record.ts';

/** Puts an event at the end, with the next sequence number of its job's attempt. */
export const queued = (
  record: JournalRecord,
  job: string,
  attempt: number,
  event: AgentEvent,
  now: Date,
): JournalRecord => {
  const entry = record.known.find((known) => known.job === job && known.attempt === attempt);
  if (entry === undefined)
    throw new Error(`attempt ${attempt} of job ${job} is not in the journal`);
  const sequence = entry.sequence + 1;
  const message = { type: 'event', job, attempt, sequence, at: now.toISOString(), event } as const;
  return {
    ...record,
    known: record.known.map((known) => (known === entry ? { ...known, sequence } : known)),
    outbox: [...record.outbox, message],
  };
};

/** The event that an acknowledgement is for, while it is still waiting for one. */
export const waitingFor = (record: JournalRecord, ack: EventAck): EventMessage | undefined =>
  record.outbox.find(
    (message) =>
      message.job === ack.job &&
      message.attempt === ack.attempt &&
      message.sequence === ack.sequence,
  );

/** Takes an acknowledged event out. */
export const acknowledged = (record: JournalRecord, message: EventMessage): JournalRecord => ({
  ...record,
  outbox: record.outbox.filter((other) => other !== message),
});
