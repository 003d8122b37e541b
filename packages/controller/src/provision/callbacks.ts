import type { Job } from '@resole/protocol';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Happening } from '../jobs/record.ts';
import type { JobRequest, ProvisionDeps } from './ports.ts';

/** What an installer may tell along; anything that isn't understood is left out, never refused. */
const Text = z
  .string()
  .transform((text) => text.trim().slice(0, 1000) || undefined)
  .optional()
  .catch(undefined);
const Query = z.object({
  phase: Text,
  percent: z.coerce.number().min(0).max(100).optional().catch(undefined),
  message: Text,
});

const happeningOf = (name: string, query: z.infer<typeof Query>): Happening | undefined => {
  const message = query.message ?? query.phase;
  const line = message === undefined ? {} : { message };
  const progress = {
    progress: {
      phase: query.phase ?? name,
      ...(query.percent === undefined ? {} : { percent: query.percent }),
      ...(query.message === undefined ? {} : { message: query.message }),
    },
  };
  switch (name) {
    case 'start':
      return { type: 'installer-started', ...line };
    case 'progress':
      return { type: 'installer-progress', ...line, ...progress };
    case 'done':
      return { type: 'installer-done', ...line };
    case 'failed':
      return {
        type: 'installer-failed',
        ...line,
        error: {
          code: 'installer-failed',
          message: `the installer failed: ${message ?? 'it gave no reason'}`,
        },
      };
    default:
      return undefined;
  }
};

/**
 * `events/{start|progress|done|failed}` by GET or POST (busybox's wget can't do both), with
 * `phase`, `percent` and `message` in the query, and `log`, whose text is appended.
 */
export const callbackRoutes = (
  app: FastifyInstance,
  deps: ProvisionDeps,
  jobOf: (request: JobRequest) => Promise<Job>,
): void => {
  // Whatever type an installer's client claims, a body is text.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.route<{ Params: { segment: string; name: string } }>({
    method: ['GET', 'POST'],
    url: '/p/:segment/events/:name',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const job = await jobOf(request);
      const event = happeningOf(request.params.name, Query.parse(request.query));
      if (!event) return reply.code(404).send('');
      await deps.happen(job.id, event);
      if (event.type === 'installer-done' && job.plan.agentless) await deps.finished(job.id);
      return 'ok\n';
    },
  });

  app.post('/p/:segment/log', async (request: JobRequest) => {
    const job = await jobOf(request);
    await deps.appendLog(job, typeof request.body === 'string' ? request.body : '');
    return 'ok\n';
  });
};
