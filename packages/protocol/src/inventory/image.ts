import { z } from 'zod';
import { Arch } from '../primitives.ts';
import { Artefact, ImageFormat, OsRelease } from './artefact.ts';
import { named, Stored } from './stored.ts';

/** A disk image or ISO that is deployed as it is. */
export const ImageInput = z.strictObject({
  ...named.shape,
  file: Artefact,
  format: z.enum([...ImageFormat.options, 'qcow2', 'vmdk', 'iso']),
  arch: Arch,
  breed: z.string().optional(),
  version: z.string().optional(),
  osRelease: OsRelease.optional(),
});
export type ImageInput = z.infer<typeof ImageInput>;

export const Image = z.object({ ...ImageInput.shape, ...Stored.shape });
export type Image = z.infer<typeof Image>;
