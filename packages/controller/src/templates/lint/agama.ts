import { z } from 'zod';
import type { Checker } from './checker.ts';
import { json, lineOfKey } from './parsers.ts';
import type { Problem } from './problem.ts';

const text = z.string();
const texts = z.array(text);
const settings = z.looseObject({});

/** A script's text, or where it is. */
const scripts = z.array(
  z.strictObject({
    name: text.min(1),
    content: text.optional(),
    body: text.optional(),
    url: text.optional(),
    chroot: z.boolean().optional(),
  }),
);

const bootloader = z.strictObject({
  stopOnBootMenu: z.boolean().optional(),
  timeout: z.int().optional(),
  extraKernelParams: text.optional(),
  updateNvram: z.boolean().optional(),
});

const software = z.strictObject({
  patterns: z
    .union([texts, z.strictObject({ add: texts.optional(), remove: texts.optional() })])
    .optional(),
  packages: texts.optional(),
  extraRepositories: z
    .array(
      z.strictObject({
        alias: text,
        url: text,
        name: text.optional(),
        productDir: text.optional(),
        enabled: z.boolean().optional(),
        priority: z.int().optional(),
        allowUnsigned: z.boolean().optional(),
        gpgFingerprints: texts.optional(),
      }),
    )
    .optional(),
  onlyRequired: z.boolean().optional(),
});

const drive = z.looseObject({
  search: z.union([text, settings]).optional(),
  alias: text.optional(),
  ptableType: z.enum(['gpt', 'msdos', 'dasd']).optional(),
  partitions: z.array(z.looseObject({ delete: z.boolean().optional() })).optional(),
});

/**
 * What a profile of Agama says, after its own profile.schema.json: all sections, and the fields of
 * those that Resole's own profile consists of.
 */
const Profile = z.strictObject({
  $schema: text.optional(),
  bootloader: bootloader.optional(),
  dasd: settings.optional(),
  files: z.array(settings).optional(),
  hostname: z.strictObject({ static: text.optional(), transient: text.optional() }).optional(),
  iscsi: settings.optional(),
  legacyAutoyastStorage: z.array(settings).optional(),
  localization: z
    .strictObject({
      language: text.optional(),
      keyboard: text.optional(),
      timezone: text.optional(),
    })
    .optional(),
  // Deprecated, and read all the same.
  l10n: settings.optional(),
  network: settings.optional(),
  product: z
    .looseObject({
      id: text.min(1).optional(),
      mode: text.optional(),
      registrationCode: text.optional(),
      registrationEmail: text.optional(),
      registrationUrl: text.optional(),
      addons: z.array(settings).optional(),
    })
    .optional(),
  proxy: settings.optional(),
  questions: settings.optional(),
  root: z
    .strictObject({
      password: text.optional(),
      hashedPassword: z.boolean().optional(),
      sshPublicKey: text.optional(),
      sshPublicKeys: texts.optional(),
    })
    .optional(),
  scripts: z
    .strictObject({
      pre: scripts.optional(),
      postPartitioning: scripts.optional(),
      post: scripts.optional(),
      init: scripts.optional(),
    })
    .optional(),
  security: settings.optional(),
  software: software.optional(),
  storage: z.looseObject({ drives: z.array(drive).optional() }).optional(),
  user: settings.optional(),
  zfcp: settings.optional(),
});

export const agamaSchema: Checker = {
  name: 'schema of Agama',
  check: async (checked) => {
    const unread = await json.check(checked);
    if (unread.length > 0) return unread;
    const { error } = Profile.safeParse(JSON.parse(checked.text));
    return (error?.issues ?? []).map(({ path, message }): Problem => {
      const last = path.findLast((part) => typeof part === 'string');
      const place = path.length === 0 ? 'the profile' : path.join('.');
      return { line: lineOfKey(checked.text, last), problem: `${place}: ${message}` };
    });
  },
};
