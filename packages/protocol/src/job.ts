import { z } from 'zod';
import { ErrorBody } from './errors.ts';
import { Facts } from './facts.ts';
import { GuestAction } from './guest.ts';
import { Virt } from './inventory/virt.ts';
import { Stored } from './inventory.ts';
import { BootMethod, JobKind, Plan } from './plan.ts';
import { Id, Mac, Name, Sha256, Timestamp } from './primitives.ts';

/** States of a job; `jobs/machine.ts` of the controller holds the table between them. */
export const JobState = z.enum([
  'planned',
  'queued',
  'staging',
  'armed',
  'handing-over',
  'installer-booted',
  'installing',
  'installed',
  'stalled',
  'returned',
  'powered-off',
  'done',
  'rolled-back',
  'failed',
  'cancelled',
]);
export type JobState = z.infer<typeof JobState>;

/** States that a job never leaves. */
export const finalStates: ReadonlySet<JobState> = new Set([
  'returned',
  'powered-off',
  'done',
  'rolled-back',
  'failed',
  'cancelled',
]);

/** What can happen to a job. */
export const JobEventType = z.enum([
  'queued',
  'dispatched',
  'accepted',
  'step-started',
  'step-done',
  'step-failed',
  'armed',
  'handing-over',
  'boot-script-fetched',
  'boot-files-fetched',
  'answer-file-fetched',
  'installer-started',
  'installer-progress',
  'installer-done',
  'installer-failed',
  'hand-over-failed',
  'guest-reported',
  'agent-left',
  'agent-back',
  'agent-stayed-away',
  'old-agent-returned',
  'new-agent-returned',
  'wrong-os-returned',
  'wrong-machine-refused',
  'completed',
  'marked',
  'cancel-requested',
  'disarmed',
  'power-cycled',
  'power-failed',
  'deadline-passed',
]);
export type JobEventType = z.infer<typeof JobEventType>;

export const JobEvent = z.object({
  type: JobEventType,
  at: Timestamp,
  /** The state that the job was in after it. */
  state: JobState,
  /** One line for people. */
  message: z.string().optional(),
  error: ErrorBody.optional(),
});
export type JobEvent = z.infer<typeof JobEvent>;

/** How far the present state is; not durable, the latest replaces the one before. */
export const Progress = z.object({
  phase: z.string(),
  percent: z.number().min(0).max(100).optional(),
  message: z.string().optional(),
});
export type Progress = z.infer<typeof Progress>;

export const Job = z.object({
  ...Stored.shape,
  kind: JobKind,
  system: Id,
  systemName: z.string(),
  /** Who carries it out; absent where the controller itself does, through a BMC. */
  agent: Id.optional(),
  attempt: z.int().positive(),
  state: JobState,
  plan: Plan,
  /** When the present state ends by itself. */
  deadline: Timestamp.optional(),
  events: z.array(JobEvent),
  progress: Progress.optional(),
  /** The last thing that was heard of the machine. */
  lastSign: z.object({ what: z.string(), at: Timestamp }).optional(),
  cancelRequested: z.boolean(),
  error: ErrorBody.optional(),
  /** What a job that asks a machine something was told. */
  result: z.unknown().optional(),
  /** Boot id under which the agent handed over; another one proves that the machine went down. */
  bootIdBefore: z.string().optional(),
  /** The agent's last event that is in this record. */
  sequence: z.int().nonnegative(),
  /**
   * What the installer's answer file is rendered from, as it was when the plan was made; secrets and
   * the job's address are stand-ins that are filled in when the installer asks.
   */
  answer: z
    .object({
      template: z.string(),
      variables: z.record(z.string(), z.unknown()),
      /** File → template, of an answer file that is a folder or a cloud-init seed. */
      parts: z.record(z.string(), z.string()).optional(),
      /** Template → SHA-256 of its text when the plan was made; jobs of 0.1 have none. */
      templates: z.record(z.string(), Sha256).optional(),
    })
    .optional(),
});
export type Job = z.infer<typeof Job>;

/** A job as people are shown it. */
export const JobView = Job.omit({ answer: true });
export type JobView = z.infer<typeof JobView>;

/** Of a job that a person is asked about. */
const agreement = {
  /** As `/v1/plans` told it: the job is refused (`plan-changed`) where its plan is another by now. */
  planDigest: Sha256.optional(),
};

const ReinstallRequest = z.strictObject({
  ...agreement,
  kind: z.literal('reinstall'),
  /** Id, name, hostname, MAC or machine UUID. */
  system: z.string().min(1),
  /** Id or name; default: the system's. */
  profile: z.string().min(1).optional(),
  method: z.enum(['auto', ...BootMethod.options]).default('auto'),
});
export type ReinstallRequest = z.infer<typeof ReinstallRequest>;

/** A reinstall of a machine that has no agent: it is to be planned from what was seen of it. */
export const PlanFromFacts = z.strictObject({
  facts: Facts,
  /** Name that its system has or is to have; default: found by MAC or UUID, or its host name. */
  system: Name.optional(),
  profile: ReinstallRequest.shape.profile,
  method: z.enum(['auto', 'kexec', 'boot-once']).default('auto'),
});
export type PlanFromFacts = z.infer<typeof PlanFromFacts>;

/** What an operator asks for. */
export const JobRequest = z.discriminatedUnion('kind', [
  ReinstallRequest,
  z.strictObject({
    ...agreement,
    kind: z.enum(['reboot', 'shutdown']),
    system: z.string().min(1),
    force: z.boolean().default(false),
    /** Whether the machine's BMC does it where its agent can't. */
    fallback: z.boolean().default(true),
  }),
  z.strictObject({
    ...agreement,
    kind: z.literal('decommission'),
    system: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal('virt-create'),
    /** The system that it will run on, as for `system` above. */
    host: z.string().min(1),
    profile: z.string().min(1).optional(),
    /** Of the guest; default: after its MAC. A system of that name is made anew if `recreate`. */
    name: Name.optional(),
    mac: Mac.optional(),
    /** Laid over what the profile and the system say. */
    virt: Virt.optional(),
    recreate: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('virt'),
    action: GuestAction,
    /** The guest, or for `list` the host. */
    system: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal('agent-update'),
    system: z.string().min(1),
  }),
]);
export type JobRequest = z.infer<typeof JobRequest>;
