import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { judge } from './intake.ts';
import { type Current, emptyRecord, type JournalRecord } from './record.ts';
import { jobKeys, messageOf, signedJob } from './testing/job.ts';

const self = {
  agent: 'agt_aaaaaaaaaaaaaaaaaaaa',
  system: 'sys_aaaaaaaaaaaaaaaaaaaa',
  jobKey: jobKeys.publicKey,
};
const now = new Date('2026-01-01T00:10:00Z');
const until = '2026-01-01T01:00:00Z';
const underWay = (phase: Current['phase'] = 'running', attempt = 1): JournalRecord => ({
  ...emptyRecord,
  current: { job: signedJob({ attempt }), phase, bootId: 'b', steps: [] },
  known: [{ job: signedJob().job, attempt, sequence: 3, until }],
});
const verdict = (job = signedJob(), record = emptyRecord, key = jobKeys.privateKey) => {
  const found = judge(messageOf(job, key), self, record, now);
  return found.kind === 'refuse' || found.kind === 'ignore'
    ? `${found.kind} ${found.error.code}`
    : found.kind === 'later' && found.giveUp
      ? 'supersede'
      : found.kind;
};

test('a job for this agent is accepted', () => {
  expect(verdict()).toBe('accept');
});

test('a forged one is refused, and does not disturb the job under way', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(verdict(signedJob(), emptyRecord, privateKey)).toBe('refuse job-signature');
  expect(verdict(signedJob({ attempt: 2 }), underWay(), privateKey)).toBe('ignore job-signature');
  const garbled = { ...messageOf(signedJob()), payload: 'no JSON' };
  expect(judge(garbled, self, emptyRecord, now).kind).toBe('ignore');
});

test("another's, an expired, a stale one is refused", () => {
  expect(verdict(signedJob({ agent: 'agt_bbbbbbbbbbbbbbbbbbbb' }))).toBe('refuse job-addressee');
  expect(verdict(signedJob({ system: 'sys_bbbbbbbbbbbbbbbbbbbb' }))).toBe('refuse job-addressee');
  expect(verdict(signedJob({ expiresAt: '2026-01-01T00:10:00Z' }))).toBe('refuse job-expired');
  const done = { ...emptyRecord, known: underWay('running', 2).known };
  expect(verdict(signedJob({ attempt: 2 }), done)).toBe('refuse job-stale');
  expect(verdict(signedJob({ attempt: 1 }), done)).toBe('refuse job-stale');
  expect(verdict(signedJob({ attempt: 3 }), done)).toBe('accept');
});

test('the same attempt again is known, while anything of it is left to say', () => {
  expect(verdict(signedJob(), underWay())).toBe('known');
  const { job } = signedJob();
  const record: JournalRecord = {
    ...emptyRecord,
    known: underWay().known,
    outbox: [
      { type: 'event', job, attempt: 1, sequence: 3, at: until, event: { type: 'disarmed' } },
    ],
  };
  expect(verdict(signedJob(), record)).toBe('known');
});

test('one job at a time; a newer attempt of it takes its place until the hand-over', () => {
  expect(verdict(signedJob({ job: 'job_bbbbbbbbbbbbbbbbbbbb' }), underWay())).toBe(
    'refuse job-running',
  );
  expect(verdict(signedJob({ attempt: 2 }), underWay())).toBe('supersede');
  expect(verdict(signedJob({ attempt: 2 }), underWay('leaving'))).toBe('refuse job-running');
  const other = signedJob({ job: 'job_bbbbbbbbbbbbbbbbbbbb' });
  expect(verdict(other, underWay('undoing'))).toBe('later');
});

test('a job without an end, or with steps of the future, is refused', () => {
  expect(verdict(signedJob({ steps: [] }))).toBe('refuse invalid-input');
  const future = { ...signedJob(), steps: [{ step: 'make-coffee', args: {} }] };
  expect(verdict(future as unknown as ReturnType<typeof signedJob>)).toBe(
    'refuse protocol-mismatch',
  );
});
