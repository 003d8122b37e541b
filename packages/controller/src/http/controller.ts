import { z } from 'zod';
import type { Api } from './api.ts';
import { ErrorReply } from './views.ts';

const ControllerView = z.object({
  version: z.string(),
  /** How agents and people reach the controller. */
  apiUrl: z.string(),
  /** How installers reach it. */
  provisionUrl: z.string(),
  /** SHA-256 of the server's public key, base64: for curl's and wget's --pinnedpubkey. */
  keyPin: z.string(),
});
export type ControllerView = z.infer<typeof ControllerView>;

/** Where the controller is, as others see it; known only once it listens. */
export const controllerRoutes = (app: Api, view: () => ControllerView): void => {
  app.get(
    '/v1/controller',
    {
      schema: {
        tags: ['controller'],
        operationId: 'show-controller',
        summary: 'Version of the controller, and how others reach it',
        response: { 200: ControllerView, default: ErrorReply },
      },
    },
    async () => view(),
  );
};
