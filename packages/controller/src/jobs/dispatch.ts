import type { Job, SignedJob, Step, ToAgent } from '@resole/protocol';

export interface DispatchDeps {
  /** Ed25519 over the payload, base64url. */
  sign(payload: string): string;
  /** The job's secret address, for `{base}`. */
  base(job: string): string;
}

const DAY_MS = 24 * 3600 * 1000;

/** Puts the job's own address where the plan has its stand-in, wherever in the step that is. */
export const withBase = (step: Step, base: string): Step =>
  JSON.parse(JSON.stringify(step), (_, value) =>
    typeof value === 'string' ? value.replaceAll('{base}', base) : value,
  );

/** The message that gives a job to its agent: addressed, expiring, signed. */
export const dispatchMessage = (
  deps: DispatchDeps,
  job: Job & { agent: string },
  now: Date,
): ToAgent => {
  const seconds = Object.values(job.plan.deadlines).reduce((sum, each) => Math.max(sum, each), 0);
  const signed: SignedJob = {
    job: job.id,
    attempt: job.attempt,
    agent: job.agent,
    // Who does it: of a guest, its host.
    system: job.plan.host?.id ?? job.system,
    kind: job.kind,
    steps: job.plan.steps.map((step) => withBase(step, deps.base(job.id))),
    issuedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + Math.min(seconds * 1000, DAY_MS)).toISOString(),
  };
  const payload = JSON.stringify(signed);
  return { type: 'job', payload, signature: deps.sign(payload) };
};
