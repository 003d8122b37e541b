import { z } from 'zod';
import { BootMode, HostName, Mac } from '../primitives.ts';
import { Interface, InterfaceName } from './interface.ts';
import { Options, optionFields } from './options.ts';
import { PowerInput } from './power.ts';
import { named, Stored } from './stored.ts';

export const SystemInput = z.strictObject({
  ...named.shape,
  profile: z.string().optional(),
  hostname: HostName.optional(),
  machineUuid: z.string().optional(),
  /** MACs that the machine is known by, beside those of its interfaces. */
  macs: z.array(Mac).optional(),
  /** What the new OS configures; where absent, the network that the machine has now. */
  interfaces: z
    .record(InterfaceName, Interface)
    .refine((all) => Object.keys(all).length <= 1000, 'more than 1,000 interfaces')
    .optional(),
  /** Stable id of the disk to install on; default: the disk that carries the running OS. */
  disk: z.string().optional(),
  bootMode: BootMode.optional(),
  /** How the machine is switched on and off. */
  power: PowerInput.optional(),
  /** Id or name of the system that a guest runs on. */
  virtHost: z.string().optional(),
  /** Out of service: switched off for good, and not to be reinstalled until this is taken back. */
  decommissioned: z.boolean().optional(),
  ...optionFields,
});
export type SystemInput = z.infer<typeof SystemInput>;

export const System = z.object({
  ...SystemInput.shape,
  ...Options.shape,
  // What was written before these were checked can still be read.
  hostname: z.string().optional(),
  interfaces: z.record(InterfaceName, Interface).optional(),
  ...Stored.shape,
});
export type System = z.infer<typeof System>;
