import swagger from '@fastify/swagger';
import fastify from 'fastify';
import { agentRoutes } from './agents.ts';
import { answerFileRoutes } from './answer-files.ts';
import type { Api } from './api.ts';
import { applyRoutes } from './apply.ts';
import { requireAdmin } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { distroRoutes } from './distros.ts';
import { enrolmentRoutes } from './enrolments.ts';
import { failureHandler, noRoute } from './failure.ts';
import { imageRoutes } from './images.ts';
import { jobRoutes } from './jobs.ts';
import { openapiOptions } from './openapi.ts';
import { pluginRoutes } from './plugins.ts';
import { powerRoutes } from './power.ts';
import { profileRoutes } from './profiles.ts';
import { publicRoutes } from './public.ts';
import { repoRoutes } from './repos.ts';
import { settingsRoutes } from './settings.ts';
import { systemRoutes } from './systems.ts';
import { templateRoutes } from './templates.ts';
import { tokenRoutes } from './tokens.ts';
import { checkedBySchema } from './validation.ts';
import { webhookRoutes } from './webhooks.ts';

export interface ApiOptions {
  /** PEM; without it the API speaks plain HTTP, for tests. */
  https?: { key: string; cert: string };
}

/** One function per noun, each adding its routes. */
const routes = [
  publicRoutes,
  enrolmentRoutes,
  distroRoutes,
  profileRoutes,
  systemRoutes,
  repoRoutes,
  imageRoutes,
  templateRoutes,
  settingsRoutes,
  applyRoutes,
  tokenRoutes,
  agentRoutes,
  jobRoutes,
  powerRoutes,
  answerFileRoutes,
  pluginRoutes,
  webhookRoutes,
];

/**
 * The API for people and agents, not listening yet. The server's `upgrade` event is left to others:
 * the agents' link and the feed share this listener.
 */
export const buildApi = (deps: ApiDeps, { https }: ApiOptions = {}): Api => {
  const app = fastify({
    https: https ?? null,
    bodyLimit: 4 * 1024 * 1024,
    routerOptions: { maxParamLength: 1024 },
  }) as unknown as Api;
  app.setValidatorCompiler(checkedBySchema);
  // Replies are typed by their schemas; checking each again at run time would only cost.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(failureHandler(deps.log));
  app.setNotFoundHandler(noRoute);
  app.addHook('onRequest', requireAdmin(deps.verifyAdmin));
  app.register(swagger, openapiOptions(deps.version));
  app.register(async (scope) => {
    for (const add of routes) add(scope as unknown as Api, deps);
    scope.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  return app;
};
