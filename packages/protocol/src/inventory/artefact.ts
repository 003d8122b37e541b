import { z } from 'zod';
import { Bytes, Sha256 } from '../primitives.ts';

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

/** How an installed OS names itself in os-release; checked when its agent connects. */
export const OsRelease = z.strictObject({ id: z.string(), versionId: z.string().optional() });
export type OsRelease = z.infer<typeof OsRelease>;
