/** The parts of Redfish's resources that matter here (DSP8010); all else is ignored. */
import { z } from 'zod';

const Link = z.object({ '@odata.id': z.string() });

export const Root = z.object({
  Systems: Link,
  Links: z.object({ Sessions: Link.optional() }).optional(),
});

export const Collection = z.object({ Members: z.array(Link) });

const ResetAction = z.object({
  target: z.string(),
  'ResetType@Redfish.AllowableValues': z.array(z.string()).optional(),
});

export const ComputerSystem = z.object({
  '@odata.id': z.string(),
  '@odata.etag': z.string().optional(),
  Name: z.string().optional(),
  PowerState: z.string().nullish(),
  Boot: z
    .object({
      BootSourceOverrideTarget: z.string().nullish(),
      BootSourceOverrideEnabled: z.string().nullish(),
      BootSourceOverrideMode: z.string().nullish(),
      'BootSourceOverrideTarget@Redfish.AllowableValues': z.array(z.string()).optional(),
    })
    .optional(),
  Actions: z.object({ '#ComputerSystem.Reset': ResetAction.optional() }).optional(),
});
export type ComputerSystem = z.infer<typeof ComputerSystem>;

/** What each of our words is called, the first that the service allows (Resource.ResetType). */
export const resetTypes = {
  on: ['On', 'ForceOn', 'PushPowerButton'],
  off: ['ForceOff', 'PushPowerButton'],
  'soft-off': ['GracefulShutdown', 'PushPowerButton'],
  reset: ['ForceRestart'],
  cycle: ['PowerCycle', 'FullPowerCycle'],
} as const;

/** Pressing the button shortly asks an OS that runs; it is never a way to force one off. */
export const resetTypeOf = (
  action: keyof typeof resetTypes,
  allowed: readonly string[] | undefined,
): string | undefined => {
  const wanted: readonly string[] = action === 'off' ? ['ForceOff'] : resetTypes[action];
  // A service that names none is asked for the standard one.
  return allowed === undefined ? wanted[0] : wanted.find((type) => allowed.includes(type));
};

export const bootTargets = {
  none: 'None',
  pxe: 'Pxe',
  disk: 'Hdd',
  cdrom: 'Cd',
  bios: 'BiosSetup',
} as const;
