import { z } from 'zod';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { ErrorReply } from './views.ts';

const PluginView = z.object({
  kind: z.enum(['executable', 'module']),
  name: z.string(),
  path: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  /** Why it is refused, or can't do what it says. */
  problem: z.string().optional(),
});

/** What lies in the plugin folder; it is changed there, by who may write to it. */
export const pluginRoutes = (app: Api, { extensions }: ApiDeps): void => {
  app.get(
    '/v1/plugins',
    {
      schema: {
        tags: ['plugins'],
        operationId: 'list-plugins',
        summary: 'All plugins with their events, and what is wrong with them',
        response: { 200: z.array(PluginView), default: ErrorReply },
      },
    },
    async () => extensions.plugins.list(),
  );
};
