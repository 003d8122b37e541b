/** The port by which the rest of the controller says what is about to happen, and what has. */
import type { Log } from '../log/log.ts';
import { type EventFields, eventOf, type PluginEvent, type Subject } from './events.ts';
import type { Plugins } from './plugins.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

export interface Triggers {
  /** Does anybody want to know? Where not, nothing need be looked up for them. */
  wants(subject: Subject): boolean;
  /**
   * Asks the plugins of `before-<subject>`, before anything is done.
   * @throws ResoleError `refused-by-plugin`, `plugin-failed`: the action must not be done.
   */
  before(subject: Subject, fields: EventFields): Promise<void>;
  /**
   * Tells the plugins and webhooks of `after-<subject>`. Never fails and never waits for them: when
   * it resolves, the event of a webhook is on the disk.
   */
  after(subject: Subject, fields: EventFields): Promise<void>;
}

export interface TriggerDeps {
  plugins: Plugins;
  webhooks: Pick<Webhooks, 'wants' | 'accept'>;
  log: Log;
  now(): Date;
}

/** Events that `after` plugins may lag behind by; what comes on top is logged and left out. */
const MAX_WAITING = 1000;

export interface OpenTriggers extends Triggers {
  /** Resolves when what was told has been run. */
  settled(): Promise<void>;
}

export const openTriggers = ({ plugins, webhooks, log, now }: TriggerDeps): OpenTriggers => {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  /** One after the other, in the order of the events. */
  const tellLater = (event: PluginEvent) => {
    if (waiting >= MAX_WAITING) {
      log.error('plugins lag behind, an event is left out', { event: event.event, id: event.id });
      return;
    }
    waiting += 1;
    last = last
      .then(() => plugins.tell(event))
      .catch((error: unknown) =>
        log.error('plugins could not be run', { event: event.event, error }),
      )
      .finally(() => {
        waiting -= 1;
      });
  };
  return {
    wants: (subject) =>
      plugins.any(`before-${subject}`) ||
      plugins.any(`after-${subject}`) ||
      webhooks.wants(`after-${subject}`),
    before: async (subject, fields) => {
      const event = `before-${subject}` as const;
      if (plugins.any(event)) await plugins.ask(eventOf(event, fields, now()));
    },
    after: async (subject, fields) => {
      const name = `after-${subject}` as const;
      const forHooks = webhooks.wants(name);
      const forPlugins = plugins.any(name);
      if (!forHooks && !forPlugins) return;
      const event = eventOf(name, fields, now());
      if (forPlugins) tellLater(event);
      if (!forHooks) return;
      await webhooks.accept(event).catch((error: unknown) => {
        log.error('an event could not be kept for the webhooks', { event: name, error });
      });
    },
    settled: () => last,
  };
};
