import { type Job, ResoleError } from '@resole/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { packSpace } from './config-space.ts';
import type { JobRequest, ProvisionDeps } from './ports.ts';

/** All that an installer is told; the reason stands in the job. */
const NOT_RENDERED = 'The answer file of this job cannot be made. The reason stands in the job.\n';

/**
 * `answer-file`, `answer-file/<part>` (a cloud-init seed, or one file of a folder) and
 * `config.tar.gz` (all of a folder). An error is never served as if it were an answer file: it is an
 * HTTP error, and the job's.
 */
export const answerRoutes = (
  app: FastifyInstance,
  deps: ProvisionDeps,
  jobOf: (request: JobRequest) => Promise<Job>,
): void => {
  const serve = async <Content extends string | Buffer>(
    request: JobRequest,
    reply: FastifyReply,
    what: string,
    type: string,
    make: (job: Job) => Promise<Content>,
  ): Promise<FastifyReply> => {
    const job = await jobOf(request);
    let content: Content;
    try {
      content = await make(job);
    } catch (error) {
      if (!(error instanceof ResoleError) || error.code === 'not-found') throw error;
      await noteFailure(deps, job, error);
      return reply.code(500).type('text/plain; charset=utf-8').send(NOT_RENDERED);
    }
    // The fetch itself is the sign that the installer runs.
    if (request.method === 'GET') {
      await deps.happen(job.id, { type: 'answer-file-fetched', message: `${what} fetched` });
    }
    return reply.type(type).send(content);
  };
  const text = 'text/plain; charset=utf-8';

  app.get('/p/:segment/answer-file', (request: JobRequest, reply) =>
    serve(request, reply, 'answer file', text, (job) => deps.answers.text(job)),
  );

  app.get('/p/:segment/answer-file/*', (request: JobRequest, reply) => {
    const path = (request.params as { '*'?: string })['*'] ?? '';
    const part = (job: Job) => deps.answers.part(job, path);
    return serve(request, reply, `answer file ${path}`, text, part);
  });

  app.get('/p/:segment/config.tar.gz', (request: JobRequest, reply) =>
    serve(request, reply, 'configuration space', 'application/gzip', async (job) =>
      packSpace(await deps.answers.files(job)),
    ),
  );
};

/** The installer gets no further without: the job shows why, and goes on if a later try works. */
const noteFailure = async (deps: ProvisionDeps, job: Job, error: ResoleError): Promise<void> => {
  const message = `its answer file cannot be made: ${error.message}`;
  deps.log('an answer file could not be made', { job: job.id, error: error.message });
  await deps.happen(job.id, {
    type: 'installer-failed',
    message: message.split('\n')[0] ?? message,
    error: { ...error.toBody(), message },
  });
};
