import { z } from 'zod';
import { WebhookInput } from '../plugins/webhooks/file.ts';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { RefParams } from './validation.ts';
import { ErrorReply } from './views.ts';

const WebhookView = z.object({
  name: z.string(),
  /** Scheme and host; with some services the rest is a secret. */
  url: z.string(),
  events: z.array(z.string()),
  /** Events that wait for it. */
  waiting: z.int(),
  /** Why the last attempt failed. */
  failing: z.string().optional(),
});

/** The only time that the secret is shown. */
const NewWebhook = z.object({ ...WebhookView.shape, secret: z.string() });

const Attempt = z.discriminatedUnion('type', [
  z.object({ type: z.literal('delivered'), status: z.int() }),
  z.object({ type: z.literal('refused'), status: z.int() }),
  z.object({ type: z.literal('failed'), reason: z.string() }),
]);

/** Who is told of what has happened. */
export const webhookRoutes = (app: Api, { extensions }: ApiDeps): void => {
  const tags = ['webhooks'];
  const { webhooks } = extensions;

  app.get(
    '/v1/webhooks',
    {
      schema: {
        tags,
        operationId: 'list-webhooks',
        summary: 'All webhooks and what waits for them; never their secrets',
        response: { 200: z.array(WebhookView), default: ErrorReply },
      },
    },
    async () => webhooks.list(),
  );

  app.post(
    '/v1/webhooks',
    {
      schema: {
        tags,
        operationId: 'add-webhook',
        summary: 'Add a webhook; its secret is in this reply only',
        body: WebhookInput,
        response: { 201: NewWebhook, default: ErrorReply },
      },
    },
    async (request, response) => response.code(201).send(await webhooks.add(request.body)),
  );

  app.delete(
    '/v1/webhooks/:ref',
    {
      schema: {
        tags,
        operationId: 'remove-webhook',
        summary: 'Remove a webhook and what waits for it',
        params: RefParams,
        response: { 200: WebhookView, default: ErrorReply },
      },
    },
    async (request) => webhooks.remove(request.params.ref),
  );

  app.post(
    '/v1/webhooks/:ref/test',
    {
      schema: {
        tags,
        operationId: 'test-webhook',
        summary: 'Send an event "test" at once, and say how that ended',
        params: RefParams,
        response: { 200: Attempt, default: ErrorReply },
      },
    },
    async (request) => webhooks.test(request.params.ref),
  );
};
