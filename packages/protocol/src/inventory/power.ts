import { z } from 'zod';
import { ErrorBody } from '../errors.ts';
import { Id, Timestamp } from '../primitives.ts';
import { Stored } from './stored.ts';

/** Kinds of power management systems; `auto` chooses for each action (docs/power.md). */
export const PowerDriverName = z.enum([
  'auto',
  'agent',
  'guest',
  'ipmi',
  'redfish',
  'fence',
  'wake-on-lan',
  'libvirt',
  'command',
]);
export type PowerDriverName = z.infer<typeof PowerDriverName>;

/**
 * How a machine is switched. `options` are the driver's own; those that it doesn't know are refused
 * when the driver is used. The password is only ever written: replies say `hasPassword`.
 */
export const PowerInput = z.strictObject({
  /** Default: `auto`. */
  driver: PowerDriverName.optional(),
  /** Host name or IP address of the BMC, switch or host. */
  address: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.:%_-]*$/, 'a host name or an IP address')
    .optional(),
  port: z.int().min(1).max(65_535).optional(),
  user: z
    .string()
    .max(255)
    .regex(/^[^\n\r]*$/, 'one line')
    .optional(),
  /** Encrypted where it is kept, absent where it is shown. */
  password: z
    .string()
    .max(1024)
    .regex(/^[^\n\r]*$/, 'one line')
    .optional(),
  /** Whether a password is kept; the controller says so. */
  hasPassword: z.boolean().optional(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type PowerInput = z.infer<typeof PowerInput>;

/** What jobs may do with the machine's power by themselves. */
export const PowerPolicy = z.strictObject({
  /** An installer that stalls: leave it for a person, or power-cycle the machine once. */
  onStall: z.enum(['wait', 'cycle']).optional(),
});

export const PowerAction = z.enum([
  'status',
  'on',
  'off',
  'soft-off',
  'reset',
  'cycle',
  'boot-device',
]);
export type PowerAction = z.infer<typeof PowerAction>;

/** `unknown`: nobody can tell, as where only an agent could and it is not connected. */
export const PowerState = z.enum(['on', 'off', 'unknown']);
export type PowerState = z.infer<typeof PowerState>;

/** What the firmware boots from, once unless it is `persistent`. */
export const BootChoice = z.strictObject({
  device: z.enum(['none', 'pxe', 'disk', 'cdrom', 'bios']),
  efi: z.boolean().default(false),
  persistent: z.boolean().default(false),
});
export type BootChoice = z.infer<typeof BootChoice>;

/** One action on any number of systems. */
export const PowerRequest = z.strictObject({
  action: PowerAction,
  /** Ids, names, host names, MACs or machine UUIDs. */
  systems: z.array(z.string().min(1)).min(1),
  /** In place of the systems' own. */
  driver: PowerDriverName.optional(),
  /** With `boot-device` only. */
  boot: BootChoice.optional(),
  /** Seconds that the change may take until it is seen; default: the setting `power.deadline`. */
  deadline: z.int().min(1).max(3600).optional(),
});
export type PowerRequest = z.infer<typeof PowerRequest>;

/** What came of it on one system. */
export const PowerResult = z.object({
  /** As it was asked for, where no system is called so. */
  system: z.string(),
  name: z.string(),
  action: PowerAction,
  /** The driver that did it, or failed last. */
  driver: z.string().optional(),
  state: PowerState.optional(),
  /** False where the machine was already as wanted. */
  changed: z.boolean(),
  /** Whether it was seen to happen; where nobody can tell it was not, as after a magic packet. */
  verified: z.boolean(),
  seconds: z.number(),
  /** Why another driver than the first was used, or why it was not seen to happen. */
  reasons: z.array(z.string()),
  error: ErrorBody.optional(),
});
export type PowerResult = z.infer<typeof PowerResult>;

/** What was last known of a system's power; its id is the system's. */
export const LastPower = z.object({
  ...Stored.shape,
  id: Id,
  state: PowerState,
  driver: z.string(),
  /** When the state was last seen to be so, or to become so. */
  seenAt: Timestamp,
  /** Since when nobody could tell, and why: it does not answer, or no more to what is known of it. */
  unreachable: z.object({ since: Timestamp, error: ErrorBody }).optional(),
});
export type LastPower = z.infer<typeof LastPower>;

/** One thing that `resole power test` looked at. */
export const PowerFinding = z.object({
  driver: z.string(),
  ok: z.boolean(),
  /** Nothing that keeps it from working, and nothing that shows that it does. */
  warning: z.boolean().optional(),
  /** In words, with what to do about it. */
  text: z.string(),
});
export type PowerFinding = z.infer<typeof PowerFinding>;

/** A BMC as the agent found it from inside, or what the hypervisor is. */
export const Bmc = z.object({
  address: z.string().optional(),
  mac: z.string().optional(),
  vendor: z.string().optional(),
  /** Firmware revision, as in `2.14`. */
  firmware: z.string().optional(),
  protocols: z.array(z.enum(['ipmi', 'redfish'])),
  /** Of IPMI 2.0 over the network, as it lists them (specification, table 22-20). */
  cipherSuites: z.array(z.int()).optional(),
});
export type Bmc = z.infer<typeof Bmc>;
