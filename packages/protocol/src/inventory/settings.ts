import { z } from 'zod';
import { Options, optionFields } from './options.ts';
import { Stored } from './stored.ts';

export const SettingsInput = z.strictObject({ ...optionFields });

/** The root of inheritance; there is one. */
export const Settings = z.object({ ...SettingsInput.shape, ...Options.shape, ...Stored.shape });
export type Settings = z.infer<typeof Settings>;
