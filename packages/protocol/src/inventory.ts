import { z } from 'zod';
import { Facts } from './facts.ts';
import {
  Arch,
  BootMode,
  Bytes,
  Id,
  Mac,
  Name,
  Sha256,
  TemplateName,
  TemplateRef,
  Timestamp,
} from './primitives.ts';

/** What every object of the inventory carries; the controller fills it in. */
export const Stored = z.object({
  /** Never changes; everything refers to it, so that renaming breaks nothing. */
  id: Id,
  /** Counts up with each write; a write names the one it is based on. */
  revision: z.int().positive(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

/** Installer families: which boot arguments, answer file and states an installation goes through. */
export const Family = z.enum(['image', 'fai', 'debian-installer']);
export type Family = z.infer<typeof Family>;

/**
 * Options that are handed down: settings → distro → profile → sub-profile → system. Scalars
 * override, maps merge key by key (`null` takes a key away), lists replace.
 */
export const Options = z.object({
  /** Kernel arguments of the installer; an empty value is a bare word, `null` takes one away. */
  kernelOptions: z.record(z.string(), z.string().nullable()).optional(),
  /** Free variables of the answer file. */
  vars: z.record(z.string(), z.unknown()).optional(),
  /** Template that becomes the answer file, `fai/`-like for a folder of them; default: the family's. */
  answerFile: TemplateRef.optional(),
  /** Name of the template that becomes the kernel command line; default: the family's. */
  bootArgs: TemplateRef.optional(),
  /** Public keys that may log in as root on the new OS. */
  authorizedKeys: z.array(z.string()).optional(),
  /** Memory that the installer needs, MiB. */
  minMemoryMiB: z.int().positive().optional(),
  /** Seconds that a state of a job may last. */
  deadlines: z
    .partialRecord(
      z.enum([
        'queued',
        'staging',
        'armed',
        'handing-over',
        'installer-booted',
        'installing',
        'installed',
        'stalled',
      ]),
      z.int().positive(),
    )
    .optional(),
});
export type Options = z.infer<typeof Options>;

/** A file that installers fetch: on the controller's disk, with what it must be. */
export const Artefact = z.strictObject({
  /** Absolute path on the controller. */
  path: z.string().startsWith('/', 'an absolute path on the controller'),
  size: Bytes.optional(),
  sha256: Sha256.optional(),
});
export type Artefact = z.infer<typeof Artefact>;

/** How an image is packed: `tar` is a root file system, `raw` a whole disk. */
export const ImageFormat = z.enum([
  'tar.zst',
  'tar.gz',
  'tar.xz',
  'raw',
  'raw.zst',
  'raw.gz',
  'raw.xz',
]);
export type ImageFormat = z.infer<typeof ImageFormat>;

const named = z.object({ name: Name, comment: z.string().max(4096).optional() });

export const DistroInput = z.strictObject({
  ...named.shape,
  family: Family,
  breed: z.string().min(1),
  version: z.string().min(1),
  arch: Arch,
  kernel: Artefact,
  initrd: Artefact,
  /** Folder on the controller that is served to the installer as `tree/`. */
  tree: z.string().startsWith('/').optional(),
  /** What the image family unpacks or writes. */
  image: z.strictObject({ ...Artefact.shape, format: ImageFormat, unpackedSize: Bytes }).optional(),
  /** How the installed OS names itself in os-release; checked when its agent connects. */
  osRelease: z.strictObject({ id: z.string(), versionId: z.string().optional() }).optional(),
  ...Options.shape,
});
export type DistroInput = z.infer<typeof DistroInput>;

export const ProfileInput = z.strictObject({
  ...named.shape,
  /** Id or name of a distro; exactly one of `distro` and `parent`. */
  distro: z.string().optional(),
  /** Id or name of a profile that this one is a sub-profile of. */
  parent: z.string().optional(),
  ...Options.shape,
});
export type ProfileInput = z.infer<typeof ProfileInput>;

export const SystemInput = z.strictObject({
  ...named.shape,
  profile: z.string().optional(),
  hostname: z.string().optional(),
  machineUuid: z.string().optional(),
  macs: z.array(Mac).optional(),
  /** Stable id of the disk to install on; default: the disk that carries the running OS. */
  disk: z.string().optional(),
  bootMode: BootMode.optional(),
  ...Options.shape,
});
export type SystemInput = z.infer<typeof SystemInput>;

export const TemplateInput = z.strictObject({
  ...named.shape,
  name: TemplateName,
  text: z.string(),
});
export type TemplateInput = z.infer<typeof TemplateInput>;

export const SettingsInput = z.strictObject({ ...Options.shape });

export const Distro = z.object({ ...DistroInput.shape, ...Stored.shape });
export type Distro = z.infer<typeof Distro>;
export const Profile = z.object({ ...ProfileInput.shape, ...Stored.shape });
export type Profile = z.infer<typeof Profile>;
export const System = z.object({ ...SystemInput.shape, ...Stored.shape });
export type System = z.infer<typeof System>;
export const Template = z.object({ ...TemplateInput.shape, ...Stored.shape });
export type Template = z.infer<typeof Template>;

/** A join token as it is kept: only the hash of its secret. */
export const StoredToken = z.object({
  ...Stored.shape,
  secretHash: Sha256,
  expiresAt: Timestamp,
  /** Enrolments left. */
  uses: z.int().nonnegative(),
  comment: z.string().optional(),
});
export type StoredToken = z.infer<typeof StoredToken>;

/** An enrolled agent. */
export const Agent = z.object({
  ...Stored.shape,
  system: Id,
  /** SPKI DER, base64url. */
  publicKey: z.string(),
  revoked: z.boolean(),
  /** The reinstall whose new OS this agent belongs to: its first connection ends that job. */
  returnOf: Id.optional(),
  version: z.string().optional(),
  bootId: z.string().optional(),
  lastSeen: Timestamp.optional(),
});
export type Agent = z.infer<typeof Agent>;

/** The latest facts of a system; its id is the system's. */
export const StoredFacts = z.object({ ...Stored.shape, facts: Facts });
export type StoredFacts = z.infer<typeof StoredFacts>;

/** The root of inheritance; there is one. */
export const Settings = z.object({ ...SettingsInput.shape, ...Stored.shape });
export type Settings = z.infer<typeof Settings>;
