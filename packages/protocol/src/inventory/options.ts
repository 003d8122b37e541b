import { z } from 'zod';
import { TemplateRef } from '../primitives.ts';
import { inheritable, takenAway } from './inheritable.ts';
import { PowerPolicy } from './power.ts';
import { Virt } from './virt.ts';

/** The kernel reads a value with white space only between double quotes (kernel-parameters.rst). */
const KernelValue = z
  .string()
  .regex(
    /^([^\s\p{Cc}"]|"[^\p{Cc}"]*")*$/u,
    'white space only between double quotes, and no line break; each argument by itself',
  );

/**
 * Kernel arguments: an empty value is a bare word, a list stands for the argument several times in
 * this order (`console`), `null` takes one away.
 */
const KernelOptions = z.record(
  z.string().regex(/^[^\s\p{Cc}="]+$/u, 'one word, without quotes'),
  z.union([KernelValue, z.array(KernelValue).min(1)]).nullable(),
);

const Seconds = z.int().positive().optional();

/** State of a job → seconds that it may last. */
const Deadlines = z.strictObject({
  queued: Seconds,
  staging: Seconds,
  armed: Seconds,
  'handing-over': Seconds,
  'installer-booted': Seconds,
  installing: Seconds,
  installed: Seconds,
  stalled: Seconds,
});

/**
 * Options that are handed down: settings → distro → profile → sub-profile → system. Scalars
 * override, maps merge key by key (`null`, or the key as `!key`, takes a key away), lists replace.
 * These are the values; `optionFields` is what operators write.
 */
export const Options = z.object({
  /** Kernel arguments of the installer. */
  kernelOptions: KernelOptions.optional(),
  /** Kernel arguments of the installed OS. */
  kernelOptionsPost: KernelOptions.optional(),
  /** Free variables of the answer file. */
  vars: z.record(z.string(), z.unknown()).optional(),
  /** Template that becomes the answer file, `fai/`-like for a folder of them; default: the family's. */
  answerFile: TemplateRef.optional(),
  /** Name of the template that becomes the kernel command line; default: the family's. */
  bootArgs: TemplateRef.optional(),
  /** What network boots go by; nothing comes of it, since there is one so far (`BootLoader`). */
  bootLoaders: z.array(z.string()).optional(),
  /** Whether firmware that asks is given an installer; without it a machine boots from its disk. */
  netboot: z.boolean().optional(),
  /** Public keys that may log in as root on the new OS. */
  authorizedKeys: z.array(z.string()).optional(),
  /** Ids or names of the repositories that the new OS uses. */
  repos: z.array(z.string()).optional(),
  /** Proxy of the installer and the new OS, as in `http://proxy.example.org:3128`. */
  proxy: z.url({ protocol: /^https?$/ }).optional(),
  /** Name servers of machines whose interfaces don't name any, in order of use. */
  nameServers: z.array(z.union([z.ipv4(), z.ipv6()])).optional(),
  searchDomains: z.array(z.string()).optional(),
  /** Memory that the installer needs, MiB. */
  minMemoryMiB: z.int().positive().optional(),
  /** How long the states of a job may last. */
  deadlines: inheritable(Deadlines).optional(),
  /** What jobs may do with the power by themselves. */
  powerPolicy: inheritable(PowerPolicy).optional(),
  /** What guests are made of. */
  virt: inheritable(Virt).optional(),
});
export type Options = z.infer<typeof Options>;

/** The options that are no maps: each is taken away as a whole. */
const whole = Options.pick({
  answerFile: true,
  bootArgs: true,
  bootLoaders: true,
  netboot: true,
  authorizedKeys: true,
  repos: true,
  proxy: true,
  nameServers: true,
  searchDomains: true,
  minMemoryMiB: true,
});

/** Others were taken once and did nothing: what has them is not to be refused for that. */
const BootLoader = z
  .string()
  .regex(/^ipxe$/, 'network boots go by ipxe; there is no other boot loader yet');

/** Beside an option, `!option` with null takes away what is inherited. */
export const optionFields = {
  ...Options.shape,
  bootLoaders: z.array(BootLoader).optional(),
  ...takenAway(whole.shape),
};
