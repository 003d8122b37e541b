import { EnrolmentReply, EnrolmentRequest } from '@resole/protocol';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { ErrorReply } from './views.ts';

/** How a machine joins. Public: the join token in the body is what lets it in. */
export const enrolmentRoutes = (app: Api, { enrol }: ApiDeps): void => {
  app.post(
    '/v1/enrolments',
    {
      config: { public: true },
      schema: {
        tags: ['agents'],
        operationId: 'enrol',
        summary: 'Enrol an agent by a join token',
        security: [],
        body: EnrolmentRequest,
        response: { 201: EnrolmentReply, default: ErrorReply },
      },
    },
    async (request, response) => response.code(201).send(await enrol(request.body)),
  );
};
