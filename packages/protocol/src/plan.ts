import { z } from 'zod';
import { GuestAction, GuestSpec } from './guest.ts';
import { Network } from './network.ts';
import { Arch, BootMode, Bytes, Id, Sha256, Timestamp } from './primitives.ts';

/**
 * Steps that an agent can execute, with their arguments. To add one: add it here, then to the
 * agent's executor table; the compiler names what is still missing.
 */
export const stepArguments = {
  /** Compares the live machine with what the plan was made for; refuses before anything changes. */
  'check-host': z.object({
    arch: Arch,
    machineUuid: z.string().optional(),
    bootMode: BootMode,
    minMemoryBytes: Bytes,
    disk: z.object({ id: z.string(), size: Bytes }),
    network: Network,
    /** Where the files of this job will lie, and how much room they need there. */
    space: z.object({ destination: z.enum(['staging', 'boot']), bytes: Bytes }),
    /** The kernel must carry a Secure Boot signature. */
    secureBoot: z.boolean(),
  }),
  /** Downloads with resume; size and SHA-256 must be as stated. */
  'fetch-file': z.object({
    name: z.enum(['kernel', 'initrd', 'image']),
    url: z.string(),
    size: Bytes,
    sha256: Sha256,
    destination: z.enum(['staging', 'boot']),
  }),
  /** Loads the installer's kernel beside the running one (kexec_file_load first). */
  'arm-kexec': z.object({ commandLine: z.string(), secureBoot: z.boolean() }),
  /** Adds a boot entry and makes it the next boot's only, by GRUB 2. */
  'arm-grub': z.object({ commandLine: z.string() }),
  /** The same by systemd-boot's one-shot entry. */
  'arm-systemd-boot': z.object({ commandLine: z.string() }),
  /** The same by the firmware's BootNext, the kernel being its own EFI program. */
  'arm-efi': z.object({ commandLine: z.string() }),
  /**
   * Puts another version in the place of the agent's own executable and starts it; the old one comes
   * back by itself if the new one has not connected within `deadlineSeconds`.
   */
  'update-agent': z.object({
    version: z.string(),
    /** Where the executable is as gzip. */
    url: z.string(),
    packed: z.object({ size: Bytes, sha256: Sha256 }),
    /** Of what is unpacked from it. */
    sha256: Sha256,
    deadlineSeconds: z.int().positive(),
  }),
  /** Asks a host for room: refuses before anything changes. */
  'check-virt-host': z.object({
    guest: GuestSpec,
    /** The guest may be there: it is made anew. */
    replace: z.boolean(),
  }),
  /** Takes a guest away with all its disks; fine where there is none. */
  'remove-guest': z.object({ uuid: z.uuid() }),
  /** Makes a guest's disks and checks its definition; `hand-over` starts it. */
  'create-guest': z.object({ guest: GuestSpec }),
  /** One act on one guest, or a question about all. */
  guest: z.object({ action: GuestAction, uuid: z.uuid().optional() }),
  /** The last step of a job in which the machine goes down: the controller has acknowledged it, durably, before the machine goes down. */
  'hand-over': z.object({
    action: z.enum(['kexec', 'reboot', 'power-off', 'start-guest']),
    /** Don't wait for services to stop (a machine that hangs in shutdown). */
    force: z.boolean(),
  }),
} as const satisfies Record<string, z.ZodType>;

export type StepName = keyof typeof stepArguments;
export type StepArguments<Name extends StepName> = z.infer<(typeof stepArguments)[Name]>;

/** The union of all steps, derived from the map. */
export type Step = { [Name in StepName]: { step: Name; args: StepArguments<Name> } }[StepName];

const stepSchemas = Object.entries(stepArguments).map(([step, args]) =>
  z.object({ step: z.literal(step), args }),
);
export const Step = z.union(stepSchemas) as unknown as z.ZodType<Step>;

export const JobKind = z.enum([
  'reinstall',
  'reboot',
  'shutdown',
  'decommission',
  'agent-update',
  'virt-create',
  'virt',
]);
export type JobKind = z.infer<typeof JobKind>;

/**
 * How the installer is started; `pxe` and `manual` need no agent: the firmware fetches it, ordered by a
 * BMC, or a person starts it from its medium.
 */
export const BootMethod = z.enum(['kexec', 'boot-once', 'pxe', 'manual']);
export type BootMethod = z.infer<typeof BootMethod>;

/** A change of a machine's power that the job will make. */
export const Alteration = z.object({
  action: z.enum(['kexec', 'reboot', 'power-off', 'cycle', 'boot-device', 'start-guest']),
  driver: z.string(),
  /** Who does it where that one can't. */
  fallback: z.string().optional(),
  /** Why nobody does. */
  noFallback: z.string().optional(),
  /** It is made only if this happens to the job. */
  only: z.literal('stalled').optional(),
  when: z.string(),
});

/**
 * Everything that a job will do, in order. Addresses under the job's own secret URL are written
 * with `{base}` and filled in when the job is sent, so a plan can be shown and stored.
 */
export const Plan = z.object({
  kind: JobKind,
  system: z.object({ id: Id, name: z.string() }),
  profile: z.object({ id: Id, name: z.string() }).optional(),
  distro: z.object({ id: Id, name: z.string() }).optional(),
  /** Of the executable that the machine's agent becomes. */
  arch: Arch.optional(),
  method: BootMethod.optional(),
  /** Why that method, when it was chosen by itself. */
  methodReason: z.string().optional(),
  /** No agent runs on the new OS: the installer's last word is the job's end. */
  agentless: z.literal(true).optional(),
  /** How the firmware is to boot, where it is told by a BMC. */
  bootMode: BootMode.optional(),
  steps: z.array(Step),
  /** Index into `steps`: from this one on, cancelling is no longer possible. */
  pointOfNoReturn: z.int().nonnegative(),
  alterations: z.array(Alteration),
  erases: z.array(
    z.object({ id: z.string(), name: z.string(), size: Bytes, contents: z.array(z.string()) }),
  ),
  /** What the guest's first disk or medium is made of. */
  image: z.object({ id: Id, name: z.string() }).optional(),
  /** The guest that is made, and the host that it is made on. */
  guest: GuestSpec.optional(),
  host: z.object({ id: Id, name: z.string() }).optional(),
  network: Network.optional(),
  commandLine: z.string().optional(),
  /** Seconds that each state may last. */
  deadlines: z.record(z.string(), z.int().positive()),
  warnings: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;

/** What the controller signs and an agent executes: one attempt of one job, for one agent. */
export const SignedJob = z.object({
  job: Id,
  attempt: z.int().positive(),
  agent: Id,
  system: Id,
  kind: JobKind,
  steps: z.array(Step),
  issuedAt: Timestamp,
  expiresAt: Timestamp,
});
export type SignedJob = z.infer<typeof SignedJob>;
