import { z } from 'zod';
import { Options, optionFields } from './options.ts';
import { named, Stored } from './stored.ts';

export const ProfileInput = z.strictObject({
  ...named.shape,
  /** Id or name of a distro; exactly one of `distro` and `parent`. */
  distro: z.string().optional(),
  /** Id or name of a profile that this one is a sub-profile of. */
  parent: z.string().optional(),
  ...optionFields,
});
export type ProfileInput = z.infer<typeof ProfileInput>;

export const Profile = z.object({ ...ProfileInput.shape, ...Options.shape, ...Stored.shape });
export type Profile = z.infer<typeof Profile>;
