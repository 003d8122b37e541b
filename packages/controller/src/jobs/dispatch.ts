import type { Job, SignedJob, Step, ToAgent } from '@resole/protocol';

export interface DispatchDeps {
  /** Ed25519 over the payload, base64url. */
  sign(payload: string): string;
  /** The job's secret address, for `{base}`. */
  base(job: string): string;
}

const DAY_MS = 24 * 3600 * 1000;

/** Puts the job's own address where the plan has its stand-in. */
export const withBase = (step: Step, base: string): Step => {
  switch (step.step) {
    case 'fetch-file':
      return { ...step, args: { ...step.args, url: step.args.url.replaceAll('{base}', base) } };
    case 'arm-kexec':
      return {
        ...step,
        args: { ...step.args, commandLine: step.args.commandLine.replaceAll('{base}', base) },
      };
    case 'arm-grub':
    case 'arm-systemd-boot':
    case 'arm-efi':
      return { ...step, args: { commandLine: step.args.commandLine.replaceAll('{base}', base) } };
    default:
      return step;
  }
};

/** The message that gives a job to its agent: addressed, expiring, signed. */
export const dispatchMessage = (deps: DispatchDeps, job: Job, now: Date): ToAgent => {
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
