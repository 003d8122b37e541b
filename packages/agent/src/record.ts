/** What the agent keeps on disk about its jobs, and the pure changes to it. */
import { ErrorBody, EventMessage, Id, SignedJob, Timestamp } from '@resole/protocol';
import { z } from 'zod';
import { connections } from './facts/virt-connections.ts';

/**
 * Where a job is:
 * - `running`: its steps are being executed;
 * - `asking`: all is armed; the controller was asked whether the machine may go down;
 * - `leaving`: the controller said yes, durably; the machine goes down;
 * - `undoing`: everything is taken back, then `end` is reported and the job forgotten.
 */
export const Phase = z.enum(['running', 'asking', 'leaving', 'undoing']);
export type Phase = z.infer<typeof Phase>;

export const Current = z.object({
  job: SignedJob,
  phase: Phase,
  /** The boot under which the steps were executed. */
  bootId: z.string(),
  /** Per step that was begun, in order: is it done? */
  steps: z.array(z.enum(['started', 'done'])),
  /**
   * The step that failed. Told only when everything is undone: whoever hears of the failure finds
   * the machine as it was, and can give it its next job.
   */
  failure: z
    .object({ index: z.int().nonnegative(), step: z.string(), error: ErrorBody })
    .optional(),
  /** What the steps of a job without a hand-over have found out. */
  result: z.unknown().optional(),
  /** What is reported once everything is undone. */
  end: z.enum(['disarmed', 'came-back']).optional(),
});
export type Current = z.infer<typeof Current>;

/** One attempt that this agent has heard of. */
const Known = z.object({
  job: Id,
  attempt: z.int().positive(),
  /** The last sequence number that was given out. */
  sequence: z.int().nonnegative(),
  /** When it may be forgotten: nobody can send it again after that, for it has expired. */
  until: Timestamp,
});

export const JournalRecord = z.object({
  format: z.literal(1),
  current: Current.optional(),
  known: z.array(Known),
  /**
   * Guests whose installation was started: the installer ends it by switching the guest off, and
   * somebody has to switch it on again.
   */
  tended: z
    .array(
      z.object({
        job: Id,
        attempt: z.int().positive().default(1),
        uuid: z.string(),
        /** Where libvirt has it. */
        connection: z.enum(connections).default('qemu:///system'),
        until: Timestamp,
      }),
    )
    .optional(),
  /** Events that the controller has not acknowledged, oldest first. */
  outbox: z.array(EventMessage),
});
export type JournalRecord = z.infer<typeof JournalRecord>;

export const emptyRecord: JournalRecord = { format: 1, known: [], outbox: [] };

/** The highest attempt of a job that this agent has heard of; 0 for a new job. */
export const knownAttempt = (record: JournalRecord, job: string): number =>
  record.known.reduce((max, entry) => (entry.job === job ? Math.max(max, entry.attempt) : max), 0);

/** Notes an attempt, so that it is never taken a second time. */
export const withKnown = (
  record: JournalRecord,
  job: string,
  attempt: number,
  until: string,
): JournalRecord =>
  record.known.some((entry) => entry.job === job && entry.attempt === attempt)
    ? record
    : { ...record, known: [...record.known, { job, attempt, sequence: 0, until }] };

/** Changes the current job, or leaves the record as it is where there is none any more. */
export const withCurrent = (record: JournalRecord, changes: Partial<Current>): JournalRecord =>
  record.current === undefined ? record : { ...record, current: { ...record.current, ...changes } };

export const withoutCurrent = ({ current: _, ...rest }: JournalRecord): JournalRecord => rest;

/** The failure of the current job has been told. */
export const withoutFailure = (record: JournalRecord): JournalRecord => {
  if (record.current === undefined) return record;
  const { failure: _, ...current } = record.current;
  return { ...record, current };
};

/** Marks a step of the current job; earlier marks stay. */
export const withStep = (
  record: JournalRecord,
  index: number,
  mark: 'started' | 'done',
): JournalRecord => {
  const steps = [...(record.current?.steps ?? [])];
  steps[index] = mark;
  return withCurrent(record, { steps });
};

/** Forgets attempts that have expired and have nothing left to report. */
export const pruned = (record: JournalRecord, now: Date): JournalRecord => {
  const known = record.known.filter(
    (entry) =>
      Date.parse(entry.until) > now.getTime() ||
      entry.job === record.current?.job.job ||
      record.outbox.some((message) => message.job === entry.job),
  );
  return known.length === record.known.length ? record : { ...record, known };
};
