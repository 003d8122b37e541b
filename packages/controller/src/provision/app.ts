import { send } from '@fastify/send';
import { type Job, type JobState, ResoleError } from '@resole/protocol';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerRoutes } from './answers.ts';
import { callbackRoutes } from './callbacks.ts';
import { firmwareRoutes } from './firmware.ts';
import type { JobRequest, ProvisionDeps } from './ports.ts';
import { jobOfSegment } from './tickets.ts';

/** States in which a job's address answers: from its dispatch until its end is known. */
const served: ReadonlySet<JobState> = new Set([
  'queued',
  'staging',
  'armed',
  'handing-over',
  'installer-booted',
  'installing',
  'installed',
  'stalled',
]);

/**
 * What firmware and installers fetch, over plain HTTP, without listening. Every address is below a
 * job's own secret one; to anyone else, and after the job, there is nothing here.
 */
export const buildProvision = (deps: ProvisionDeps): FastifyInstance => {
  const app = fastify({ bodyLimit: 4 * 1024 * 1024, exposeHeadRoutes: true });

  const jobOf = async (request: JobRequest): Promise<Job> => {
    const id = jobOfSegment(deps.secret, request.params.segment);
    const job = id === undefined ? undefined : await deps.job(id);
    if (!job || !served.has(job.state)) throw new ResoleError('not-found', 'nothing here');
    return job;
  };

  app.setErrorHandler((error, request, reply) => {
    const known = error instanceof ResoleError;
    // The address is a secret: the log names the route, not the URL.
    if (!known || error.code !== 'not-found') {
      deps.log('provision request failed', {
        route: request.routeOptions.url,
        error: error instanceof Error ? error.message : String(error),
      });
    }
    // Never the reason as a body: an installer would take it for an answer file.
    return reply.code(known ? error.httpStatus : 500).send('');
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(''));

  firmwareRoutes(app, deps);
  answerRoutes(app, deps, jobOf);

  for (const role of ['kernel', 'initrd', 'image'] as const) {
    app.get(`/p/:segment/${role}`, async (request: JobRequest, reply) => {
      const job = await jobOf(request);
      const path = await deps.artefact(job, role);
      // The last that firmware fetches: from now on it is not given an installer again.
      if (role === 'initrd' && job.plan.method === 'pxe' && request.method === 'GET') {
        reply.raw.once('finish', () => void startedBy(deps, job));
      }
      return sendFile(request, reply, path);
    });
  }

  for (const encoding of ['zst', 'gz'] as const) {
    app.get(`/p/:segment/agent.${encoding}`, async (request: JobRequest, reply) => {
      const path = await deps.agentFile(await jobOf(request), encoding);
      return sendFile(request, reply, path);
    });
  }

  app.get(
    '/p/:segment/tree/*',
    async (request: FastifyRequest<{ Params: { segment: string; '*': string } }>, reply) => {
      const tree = await deps.tree(await jobOf(request));
      return sendFile(request, reply, request.params['*'], tree);
    },
  );

  callbackRoutes(app, deps, jobOf);
  return app;
};

const startedBy = async (deps: ProvisionDeps, { id }: Job): Promise<void> => {
  try {
    await deps.happen(id, { type: 'boot-files-fetched' });
  } catch (error) {
    deps.log('a boot could not be recorded', { job: id, error: String(error) });
  }
};

/** Sends a file with ranges; below `root`, a path can't leave it. */
const sendFile = async (
  request: FastifyRequest,
  reply: FastifyReply,
  path: string | undefined,
  root?: string,
): Promise<FastifyReply> => {
  if (path === undefined) throw new ResoleError('not-found', 'nothing here');
  const options = {
    ...(root === undefined ? { root: '/' } : { root }),
    dotfiles: 'allow' as const,
  };
  const result = await send(request.raw, encodeURI(path), options);
  reply.code(result.statusCode).headers(result.headers);
  return reply.send(result.stream);
};
