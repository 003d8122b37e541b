/** `<dataDir>/webhooks.yaml`: who is told of what. Read again whenever it has changed. */
import { type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ResoleError } from '@resole/protocol';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { writePrivate } from '../../files/private-file.ts';
import { eventNames, matches } from '../events.ts';

const afterEvents = eventNames.filter((name) => name.startsWith('after-'));

/** A receiver; its secret and its address are for nobody's eyes but the operator's. */
export const Webhook = z.strictObject({
  /** As a name of the inventory: it is in the log, the URL is not. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'letters, digits, "_", "." and "-"'),
  url: z.url({ protocol: /^https?$/, error: 'must be a URL, as https://hooks.example/resole' }),
  /** Names of `after` events, in which `*` stands for anything. */
  events: z
    .array(
      z.string().refine((pattern) => afterEvents.some((event) => matches(pattern, event)), {
        error: 'means no event that webhooks are told of; these begin with "after-"',
      }),
    )
    .min(1)
    .default(['*']),
  /** Key of the signature. */
  secret: z.string().min(16, 'must have 16 characters at least'),
});
export type Webhook = z.infer<typeof Webhook>;

/** As it is added: without a secret it gets a random one. */
export const WebhookInput = Webhook.extend({ secret: Webhook.shape.secret.optional() });
export type WebhookInput = z.infer<typeof WebhookInput>;

const File = z.array(Webhook).superRefine((hooks, context) => {
  for (const [index, { name }] of hooks.entries()) {
    if (hooks.findIndex((hook) => hook.name === name) < index) {
      context.addIssue({
        code: 'custom',
        message: `"${name}" is there twice`,
        path: [index, 'name'],
      });
    }
  }
});

export interface WebhookFile {
  /** As of the last look. */
  hooks(): readonly Webhook[];
  /** Is there another one than was read? One look into the file system's cache. */
  hasChanged(): boolean;
  /** Reads it where it has changed. @throws ResoleError `invalid-input`, `file-unreadable` */
  refresh(): Promise<void>;
  write(hooks: readonly Webhook[]): Promise<void>;
}

export const openWebhookFile = (path: string, uid: number): WebhookFile => {
  let hooks: readonly Webhook[] = [];
  let version = none;
  const refresh = async () => {
    const stats = statSync(path, { throwIfNoEntry: false });
    const present = versionOf(stats);
    if (present === version) return;
    if (stats && ((stats.mode & 0o077) !== 0 || (stats.uid !== 0 && stats.uid !== uid))) {
      throw new ResoleError(
        'file-unreadable',
        `${path} holds secrets and could be read by others`,
        {
          remedy: `run: chown ${uid} '${path}'; chmod 600 '${path}'`,
        },
      );
    }
    hooks = stats ? read(await readFile(path, 'utf8'), path) : [];
    version = present;
  };
  return {
    hooks: () => hooks,
    hasChanged: () => versionOf(statSync(path, { throwIfNoEntry: false })) !== version,
    refresh,
    write: async (next) => {
      await writePrivate(path, stringify(next));
      await refresh();
    },
  };
};

const none = 'none';

const versionOf = (stats: Stats | undefined): string =>
  stats ? [stats.mtimeMs, stats.ctimeMs, stats.size, stats.ino].join() : none;

const read = (text: string, path: string): Webhook[] => {
  let value: unknown;
  try {
    value = parse(text) ?? [];
  } catch {
    // The parser's own words would show the line, and with it perhaps the secret.
    throw new ResoleError('invalid-input', `${path} is not YAML`);
  }
  const result = File.safeParse(value);
  if (result.success) return result.data;
  throw new ResoleError('invalid-input', `${path} has mistakes`, {
    details: result.error.issues.map((issue) => ({
      field: issue.path.join('.') || '(whole file)',
      problem: issue.message,
    })),
    remedy: 'see docs/plugins.md for its form',
  });
};
