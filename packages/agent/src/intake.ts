/** Whether a job that arrived is this agent's to do. Pure: decides, changes nothing. */
import { type KeyObject, verify } from 'node:crypto';
import { Id, type JobMessage, ResoleError, SignedJob } from '@resole/protocol';
import { z } from 'zod';
import { type JournalRecord, knownAttempt } from './record.ts';

export interface Addressee {
  agent: string;
  system: string;
  jobKey: KeyObject;
}

export type Verdict =
  | { kind: 'accept'; job: SignedJob }
  /** To be judged again when the job under way is gone; `giveUp`: this one takes its place. */
  | { kind: 'later'; giveUp: boolean }
  /** The same attempt once more, while it is under way or not yet reported: nothing to do. */
  | { kind: 'known' }
  | { kind: 'refuse'; job: string; attempt: number; until: string; error: ResoleError }
  /** Not even the job's id can be read, or a forgery names the job under way: no one to tell. */
  | { kind: 'ignore'; error: ResoleError };

const Named = z.object({ job: Id, attempt: z.int().positive() });

/** How long a refusal of a job without a believable expiry is remembered. */
const REFUSAL_MS = 24 * 3600 * 1000;

export function judge(
  message: JobMessage,
  self: Addressee,
  record: JournalRecord,
  now: Date,
): Verdict {
  const value = jsonOf(message.payload);
  const named = Named.safeParse(value);
  if (!named.success) {
    return { kind: 'ignore', error: new ResoleError('frame-invalid', 'a job that is not one') };
  }
  const { job: id, attempt } = named.data;
  const underWay = record.current?.job;
  const fallback = new Date(now.getTime() + REFUSAL_MS).toISOString();
  const refuse = (error: ResoleError, until = fallback): Verdict => ({
    kind: 'refuse',
    job: id,
    attempt,
    until,
    error,
  });

  if (!isSigned(message, self.jobKey)) {
    const error = new ResoleError(
      'job-signature',
      "the job is not signed by this agent's controller",
    );
    return underWay?.job === id ? { kind: 'ignore', error } : refuse(error);
  }
  if (underWay?.job === id && underWay.attempt === attempt) return { kind: 'known' };
  if (record.outbox.some((event) => event.job === id && event.attempt === attempt)) {
    return { kind: 'known' };
  }
  const parsed = SignedJob.safeParse(value);
  if (!parsed.success) {
    return refuse(
      new ResoleError('protocol-mismatch', 'this agent does not know all steps of the job', {
        remedy: 'update the agent',
      }),
    );
  }
  const job = parsed.data;
  if (job.agent !== self.agent || job.system !== self.system) {
    return refuse(new ResoleError('job-addressee', 'the job is for another agent'), job.expiresAt);
  }
  if (Date.parse(job.expiresAt) <= now.getTime()) {
    return refuse(new ResoleError('job-expired', `the job expired at ${job.expiresAt}`));
  }
  const latest = knownAttempt(record, id);
  if (attempt <= latest) {
    return refuse(
      new ResoleError('job-stale', `attempt ${attempt} is not newer than ${latest}`),
      job.expiresAt,
    );
  }
  const handOver = job.steps.findIndex(({ step }) => step === 'hand-over');
  if (job.steps.length === 0 || (handOver !== -1 && handOver !== job.steps.length - 1)) {
    return refuse(
      new ResoleError('invalid-input', 'a hand-over is the last step of a job'),
      job.expiresAt,
    );
  }
  const phase = record.current?.phase;
  if (underWay === undefined || phase === undefined) return { kind: 'accept', job };
  // A job that has come to its end is soon gone; so is an older attempt of this one.
  if (phase === 'undoing') return { kind: 'later', giveUp: false };
  if (underWay.job === id && phase !== 'leaving') return { kind: 'later', giveUp: true };
  return refuse(
    new ResoleError('job-running', `this agent is busy with job ${underWay.job}`),
    job.expiresAt,
  );
}

/** Whether the controller wrote these very bytes. */
export function isSigned(
  { payload, signature }: Pick<JobMessage, 'payload' | 'signature'>,
  key: KeyObject,
): boolean {
  return verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64url'));
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
