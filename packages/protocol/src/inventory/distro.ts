import { z } from 'zod';
import { Arch, Bytes, HttpUrl } from '../primitives.ts';
import { Artefact, ImageFormat, OsRelease } from './artefact.ts';
import { Options, optionFields } from './options.ts';
import { named, Stored } from './stored.ts';

/**
 * Installer families: which boot arguments, answer file and states an installation goes through.
 * `linux` is anything that boots a kernel and an initrd and reads no answer file known here.
 */
export const Family = z.enum([
  'image',
  'fai',
  'debian-installer',
  'subiquity',
  'anaconda',
  'autoyast',
  'agama',
  'windows',
  'esxi',
  'freebsd',
  'linux',
]);
export type Family = z.infer<typeof Family>;

export const DistroInput = z.strictObject({
  ...named.shape,
  family: Family,
  breed: z.string().min(1),
  version: z.string().min(1),
  arch: Arch,
  /** Not every family boots one (Windows, ESXi). */
  kernel: Artefact.optional(),
  initrd: Artefact.optional(),
  /**
   * Install tree: a folder on the controller, which is served to the installer as `tree/`; or the
   * address of one that stays where it is.
   */
  tree: z
    .union([z.string().startsWith('/', 'an absolute path on the controller'), HttpUrl])
    .optional(),
  /** What the image family unpacks or writes. */
  image: z
    .strictObject({
      ...Artefact.shape,
      format: ImageFormat,
      unpackedSize: Bytes,
      /** It brings a bootloader and a kernel that firmwares with Secure Boot start. */
      secureBoot: z.boolean().optional(),
    })
    .optional(),
  osRelease: OsRelease.optional(),
  ...optionFields,
});
export type DistroInput = z.infer<typeof DistroInput>;

export const Distro = z.object({ ...DistroInput.shape, ...Options.shape, ...Stored.shape });
export type Distro = z.infer<typeof Distro>;
