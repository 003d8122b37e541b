/** Opens plugins, webhooks and the triggers between them and the controller. */
import { join } from 'node:path';
import type { Log } from '../log/log.ts';
import { openPlugins, type Plugins } from './plugins.ts';
import { openTriggers, type Triggers } from './triggers.ts';
import { openWebhooks, type Webhooks } from './webhooks/webhooks.ts';

export interface ExtensionDeps {
  settings: { pluginDir?: string | undefined; pluginTimeout: number };
  dataDir: string;
  /** The controller's own user. */
  uid: number;
  log: Log;
  now(): Date;
}

export interface Extensions {
  triggers: Triggers;
  plugins: Plugins;
  webhooks: Webhooks;
  /** Lets what is being told come to its end for a moment, then ends it. */
  close(): Promise<void>;
}

/** What plugins that are told of the last events get, when the controller ends. */
const LAST_MS = 5000;

export const openExtensions = async (deps: ExtensionDeps): Promise<Extensions> => {
  const { settings, dataDir, uid, now } = deps;
  const stop = new AbortController();
  const log = deps.log.with({ part: 'plugins' });
  const plugins = openPlugins({
    pluginDir: settings.pluginDir ?? join(dataDir, 'plugins'),
    timeoutMs: settings.pluginTimeout * 1000,
    ...{ uid, log, signal: stop.signal },
  });
  for (const { problem, path } of await plugins.list()) {
    if (problem !== undefined) log.warn(`a plugin can not be used: ${problem}`, { path });
  }
  const webhooks = await openWebhooks({ dataDir, uid, log, now });
  const triggers = openTriggers({ plugins, webhooks, log, now });
  return {
    ...{ triggers, plugins, webhooks },
    close: async () => {
      const timer = setTimeout(() => stop.abort(), LAST_MS);
      await triggers.settled();
      clearTimeout(timer);
      stop.abort();
      await webhooks.close();
    },
  };
};
