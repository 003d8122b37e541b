/** Webhooks: who is told of what, and what waits to be told. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { Log } from '../../log/log.ts';
import { type EventName, matches, type PluginEvent } from '../events.ts';
import { defaultLimits, type Limits, openDeliveries } from './deliveries.ts';
import { openWebhookFile, type Webhook, type WebhookInput } from './file.ts';
import { type Attempt, send } from './send.ts';

export interface WebhookDeps {
  dataDir: string;
  /** The controller's own user. */
  uid: number;
  log: Log;
  now(): Date;
  limits?: Partial<Limits>;
}

/** A receiver as it may be seen. */
export interface WebhookView {
  name: string;
  /** Only scheme and host: with some services the rest is a secret. */
  url: string;
  events: string[];
  /** Events that are on the disk for it. */
  waiting: number;
  /** Why the last attempt failed; absent where it did not. */
  failing?: string;
}

export interface Webhooks {
  /** Might a receiver want this event? Costs next to nothing. */
  wants(event: EventName): boolean;
  /** Puts the event on the disk for each receiver that wants it. */
  accept(event: PluginEvent): Promise<void>;
  list(): Promise<WebhookView[]>;
  /** @returns the secret too, this once. @throws ResoleError `name-taken` */
  add(input: WebhookInput): Promise<WebhookView & { secret: string }>;
  /** What waits for it is dropped. @throws ResoleError `not-found` */
  remove(name: string): Promise<WebhookView>;
  /** Sends an event `test` at once. @throws ResoleError `not-found` */
  test(name: string): Promise<Attempt>;
  close(): Promise<void>;
}

/** Opens the file and the queue, and goes on sending what an earlier run has left. */
export const openWebhooks = async ({
  dataDir,
  uid,
  log,
  now,
  limits,
}: WebhookDeps): Promise<Webhooks> => {
  const file = openWebhookFile(join(dataDir, 'webhooks.yaml'), uid);
  const stop = new AbortController();
  /** The file is an operator's: while it is wrong, what was right before stays in force. */
  const refresh = async () => {
    await file.refresh().catch(({ message, details }: ResoleError) => {
      log.error(`the webhooks can not be read: ${message}`, { details });
    });
  };
  const hookOf = (name: string) => file.hooks().find((hook) => hook.name === name);
  const deliveries = openDeliveries({
    folder: join(dataDir, 'webhooks'),
    hook: async (name) => {
      await refresh();
      return hookOf(name);
    },
    ...{ log, now, limits: { ...defaultLimits, ...limits } },
  });
  const view = ({ name, url, events }: Webhook): WebhookView => {
    const { origin, pathname, search } = new URL(url);
    const shown = `${origin}${pathname === '/' && search === '' ? '' : '/…'}`;
    return { name, url: shown, events, ...deliveries.state(name) };
  };
  const found = async (name: string): Promise<Webhook> => {
    await file.refresh();
    const hook = hookOf(name);
    if (hook) return hook;
    throw new ResoleError('not-found', `there is no webhook "${name}"`, {
      remedy: 'see which there are: resole webhook list',
    });
  };

  await refresh();
  if (file.hooks().length > 0) await deliveries.start();
  return {
    wants: (event) => file.hasChanged() || file.hooks().some((hook) => isFor(hook, event)),
    accept: async (event) => {
      await refresh();
      const hooks = file.hooks().filter((hook) => isFor(hook, event.event));
      if (hooks.length > 0) await deliveries.accept(hooks, event);
    },
    list: async () => {
      await file.refresh();
      return file.hooks().map(view);
    },
    add: async (input) => {
      await file.refresh();
      if (hookOf(input.name)) {
        throw new ResoleError('name-taken', `there is a webhook "${input.name}" already`);
      }
      const hook = { ...input, secret: input.secret ?? randomBytes(32).toString('base64url') };
      await file.write([...file.hooks(), hook]);
      return { ...view(hook), secret: hook.secret };
    },
    remove: async (name) => {
      const shown = view(await found(name));
      await file.write(file.hooks().filter((other) => other.name !== name));
      deliveries.retry(name);
      return shown;
    },
    test: async (name) => {
      const hook = await found(name);
      const event = { version: 1, id: randomUUID(), event: 'test', at: now().toISOString() };
      return send(hook, { ...event, body: JSON.stringify(event) }, now(), stop.signal);
    },
    close: async () => {
      stop.abort();
      await deliveries.close();
    },
  };
};

const isFor = (hook: Webhook, event: string): boolean =>
  hook.events.some((pattern) => matches(pattern, event));
