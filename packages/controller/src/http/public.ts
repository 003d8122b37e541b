import { z } from 'zod';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';

/** What anyone may ask: the CA's certificate (an agent compares it with its token) and health. */
export const publicRoutes = (app: Api, { caPem, version }: ApiDeps): void => {
  const tags = ['controller'];
  const config = { public: true };

  app.get(
    '/ca.pem',
    {
      config,
      schema: {
        tags,
        operationId: 'ca-certificate',
        summary: "Certificate of the controller's CA, PEM",
        security: [],
        response: {
          200: {
            description: 'PEM',
            content: { 'application/x-pem-file': { schema: z.string() } },
          },
        },
      },
    },
    async (_, response) => response.type('application/x-pem-file').send(caPem),
  );

  app.get(
    '/healthz',
    {
      config,
      schema: {
        tags,
        operationId: 'health',
        summary: 'Whether the controller answers',
        security: [],
        response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
      },
    },
    async () => ({ status: 'ok' as const, version }),
  );
};
