import { z } from 'zod';

/** Stable id of an object: a prefix that tells its kind, then 20 characters of lower-case base 32. */
export const Id = z.string().regex(/^[a-z]{3}_[a-z2-7]{20}$/, 'not an id');
export type Id = z.infer<typeof Id>;

/** Unique name of an inventory object: a hostname-like word, so that it can be typed and put in URLs. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'letters, digits, ".", "_" and "-", 63 at most, starting with a letter or digit',
  );

/** Host name, with or without a domain (RFC 1123; underscores are met in the wild). */
export const HostName = z
  .string()
  .max(253)
  .regex(
    /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/,
    'not a host name, as in web1 or web1.example.org',
  );

/**
 * Name of a template: path-like, as in `image/answer-file.sh`. Those that come with Resole are named
 * by their file below the templates folder, without `.j2`.
 */
export const TemplateName = z
  .string()
  .max(255)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
    'names like those of objects, joined by "/"',
  );

/** Mention of a template, or with a "/" at its end of all templates below a folder (FAI's space). */
export const TemplateRef = z
  .string()
  .refine((ref) => TemplateName.safeParse(ref.replace(/\/$/, '')).success, 'not a template name');

/** Bytes that are told apart may lack their leading zero, as in ethers(5). */
const shortBytes = /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/;

/** Six bytes as `52:54:00:12:34:56`; text that holds no six bytes stays as it is. */
const canonicalMac = (text: string): string => {
  const lower = text.toLowerCase();
  const hex = shortBytes.test(lower)
    ? lower.replaceAll(/[0-9a-f]+/g, (byte) => byte.padStart(2, '0')).replaceAll(/[:-]/g, '')
    : lower.replaceAll(/[\s:.-]/g, '');
  return /^[0-9a-f]{12}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : text;
};

/** MAC address in canonical notation; any common notation is understood. */
export const Mac = z
  .string()
  .overwrite(canonicalMac)
  .refine(
    (text) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text),
    'not a MAC address: six bytes, as in 52:54:00:12:34:56',
  );

/** SHA-256 in lower-case hexadecimal. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

/** Point in time, RFC 3339 in UTC. */
export const Timestamp = z.iso.datetime();

/** Address of something fetched over HTTP(S). */
export const HttpUrl = z.url({ protocol: /^https?$/ });

export const Arch = z.enum(['x86_64', 'aarch64']);
export type Arch = z.infer<typeof Arch>;

export const BootMode = z.enum(['bios', 'uefi']);
export type BootMode = z.infer<typeof BootMode>;

/** Number of bytes. */
export const Bytes = z.int().nonnegative();
