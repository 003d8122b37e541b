/** Sends what waits, for each receiver in order, and keeps trying while that makes sense. */
import type { Log } from '../../log/log.ts';
import type { PluginEvent } from '../events.ts';
import type { Webhook } from './file.ts';
import { type Entry, openQueue, type Queue } from './queue.ts';
import { send } from './send.ts';

export interface Limits {
  /** Deliveries that may wait, of all receivers together. */
  queue: number;
  /** After a failure; doubled with each further one, up to the longest. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** An event that is older is given up. */
  giveUpMs: number;
}

export const defaultLimits: Limits = {
  queue: 10_000,
  firstRetryMs: 5_000,
  longestRetryMs: 60 * 60 * 1000,
  giveUpMs: 24 * 60 * 60 * 1000,
};

export interface DeliveryDeps {
  folder: string;
  /** The receiver as it is now; undefined where it is gone. */
  hook(name: string): Promise<Webhook | undefined>;
  log: Log;
  now(): Date;
  limits: Limits;
}

export interface Deliveries {
  /** Durable when resolved. */
  accept(hooks: readonly Webhook[], event: PluginEvent): Promise<void>;
  /** Takes up what an earlier run has left. */
  start(): Promise<void>;
  /** Tries at once, whatever went before. */
  retry(hook: string): void;
  state(hook: string): { waiting: number; failing?: string };
  close(): Promise<void>;
}

/** What goes on with one receiver. */
interface Line {
  entries: Entry[];
  /** While something is being sent. */
  running?: Promise<void>;
  failures: number;
  failing?: string;
  timer?: NodeJS.Timeout;
}

export const openDeliveries = (deps: DeliveryDeps): Deliveries => {
  const { log, now, limits } = deps;
  const stop = new AbortController();
  const lines = new Map<string, Line>();
  let queue: Promise<Queue> | undefined;

  const lineOf = (hook: string): Line => {
    const line = lines.get(hook) ?? { entries: [], failures: 0 };
    lines.set(hook, line);
    return line;
  };
  const enqueue = (entries: readonly Entry[]) => {
    for (const entry of entries) lineOf(entry.hook).entries.push(entry);
    for (const hook of new Set(entries.map((entry) => entry.hook))) work(hook);
  };
  const open = async (): Promise<Queue> => {
    const opened = await openQueue(deps.folder, limits.queue);
    enqueue(opened.entries());
    return opened;
  };
  const opened = (): Promise<Queue> => {
    queue ??= open();
    return queue;
  };

  const work = (hook: string) => {
    const line = lineOf(hook);
    if (line.running || line.timer || line.entries.length === 0 || stop.signal.aborted) return;
    line.running = workOff(hook, line)
      .catch((error: unknown) => {
        log.error('a webhook could not be served', { hook, error });
        later(hook, line);
      })
      .finally(() => {
        delete line.running;
        work(hook);
      });
  };
  const workOff = async (hook: string, line: Line): Promise<void> => {
    for (let entry = line.entries[0]; entry; entry = line.entries[0]) {
      const settled = await attempt(hook, line, entry);
      if (stop.signal.aborted) return;
      if (!settled) return later(hook, line);
      await (await opened()).done(entry);
      line.entries.shift();
    }
  };
  const later = (hook: string, line: Line) => {
    line.failures += 1;
    const wait = Math.min(limits.firstRetryMs * 2 ** (line.failures - 1), limits.longestRetryMs);
    const again = () => {
      delete line.timer;
      work(hook);
    };
    // Up to a quarter more, so that a receiver that came back isn't asked by everybody at once.
    line.timer = setTimeout(again, wait * (1 + Math.random() / 4)).unref();
  };
  /** @returns whether nothing more is to be done for this delivery. */
  const attempt = async (name: string, line: Line, entry: Entry): Promise<boolean> => {
    const delivery = await (await opened()).read(entry);
    if (delivery === undefined) {
      log.error('a delivery is damaged and was set aside', { hook: name, file: entry.key });
      return true;
    }
    const about = { hook: name, event: delivery.event, id: delivery.id };
    const hook = await deps.hook(name);
    if (hook === undefined) {
      log.warn('a webhook is gone, what waited for it is dropped', about);
      return true;
    }
    const result = await send(hook, delivery, now(), stop.signal);
    if (stop.signal.aborted) return false;
    if (result.type === 'failed') {
      const { reason } = result;
      line.failing = reason;
      const tooOld = now().getTime() - Date.parse(delivery.acceptedAt) > limits.giveUpMs;
      if (tooOld) log.error('a webhook is given up', { ...about, reason });
      else log.warn('a webhook failed, it is tried again', { ...about, reason });
      return tooOld;
    }
    line.failures = 0;
    delete line.failing;
    const { status } = result;
    if (result.type === 'refused') log.error('a webhook refused an event', { ...about, status });
    else log.debug('webhook delivered', { ...about, status });
    return true;
  };

  return {
    accept: async (hooks, event) => {
      const body = JSON.stringify(event);
      const { id, event: name, at } = event;
      const put = await (await opened()).put(
        hooks.map((hook) => ({ hook: hook.name, id, event: name, acceptedAt: at, body })),
      );
      if (put) enqueue(put);
      else log.error('too many webhooks wait, an event is left out', { event: name, id });
    },
    start: async () => {
      await opened();
    },
    retry: (hook) => {
      const line = lineOf(hook);
      clearTimeout(line.timer);
      delete line.timer;
      work(hook);
    },
    state: (hook) => {
      const line = lines.get(hook);
      const waiting = line?.entries.length ?? 0;
      return line?.failing === undefined ? { waiting } : { waiting, failing: line.failing };
    },
    close: async () => {
      stop.abort();
      for (const { timer } of lines.values()) clearTimeout(timer);
      await Promise.all([...lines.values()].map(({ running }) => running));
    },
  };
};
