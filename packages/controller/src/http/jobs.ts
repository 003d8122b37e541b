import { readFile } from 'node:fs/promises';
import {
  AnswerFile,
  JobRequest,
  JobState,
  JobView,
  Plan,
  PlanFromFacts,
  ResoleError,
  Sha256,
} from '@resole/protocol';
import { z } from 'zod';
import { describePlan } from '../plan/describe.ts';
import { planDigest } from '../plan/digest.ts';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { ErrorReply } from './views.ts';

const Params = z.object({ id: z.string() });

/** Jobs: planned, started, watched, cancelled. What an answer file is made of is not shown. */
export const jobRoutes = (app: Api, deps: ApiDeps): void => {
  const { store, jobs } = deps;
  const tags = ['jobs'];
  const answers = { 200: JobView, default: ErrorReply };

  const find = async (id: string) => {
    const job = await store.jobs.get(id);
    if (job) return job;
    throw new ResoleError('not-found', `there is no job ${id}`, {
      remedy: 'see `resole job list`',
    });
  };

  app.post(
    '/v1/plans',
    {
      schema: {
        tags,
        operationId: 'plan-job',
        summary: 'What a job would do, with nothing done',
        body: JobRequest,
        response: {
          200: z.object({ plan: Plan, text: z.string(), digest: Sha256 }),
          default: ErrorReply,
        },
      },
    },
    async (request) => {
      const plan = await jobs.plan(request.body);
      return { plan, text: describePlan(plan), digest: planDigest(plan) };
    },
  );

  app.post(
    '/v1/plans/from-facts',
    {
      schema: {
        tags,
        operationId: 'plan-from-facts',
        summary: 'What a reinstall of a machine without an agent would do',
        body: PlanFromFacts,
        response: { 200: z.object({ plan: Plan, text: z.string() }), default: ErrorReply },
      },
    },
    async (request) => {
      const plan = await jobs.planFromFacts(request.body);
      return { plan, text: describePlan(plan) };
    },
  );

  app.post(
    '/v1/jobs',
    {
      schema: {
        tags,
        operationId: 'start-job',
        summary: 'Plan a job and send it to the agent of its system',
        body: JobRequest,
        response: { 201: JobView, default: ErrorReply },
      },
    },
    async (request, reply) => reply.code(201).send(JobView.parse(await jobs.start(request.body))),
  );

  app.get(
    '/v1/jobs',
    {
      schema: {
        tags,
        operationId: 'list-jobs',
        summary: 'All jobs, oldest first',
        querystring: z.strictObject({ system: z.string().optional(), state: JobState.optional() }),
        response: { 200: z.array(JobView), default: ErrorReply },
      },
    },
    async (request) => {
      const { system, state } = request.query;
      const all = await store.jobs.list();
      const wanted = all.filter(
        (job) =>
          (system === undefined || job.system === system || job.systemName === system) &&
          (state === undefined || job.state === state),
      );
      return wanted.map((job) => JobView.parse(job));
    },
  );

  app.get(
    '/v1/jobs/:id',
    {
      schema: {
        tags,
        operationId: 'show-job',
        summary: 'One job with its plan and all that happened',
        params: Params,
        response: answers,
      },
    },
    async (request) => JobView.parse(await find(request.params.id)),
  );

  app.post(
    '/v1/jobs/:id/cancel',
    {
      schema: {
        tags,
        operationId: 'cancel-job',
        summary: 'Cancel a job before its hand-over, or give up one that stalled',
        params: Params,
        response: answers,
      },
    },
    async (request) => JobView.parse(await jobs.cancel(request.params.id)),
  );

  app.get(
    '/v1/jobs/:id/answer-file',
    {
      schema: {
        tags,
        operationId: 'show-job-answer-file',
        summary:
          'What a person needs who starts the installer: its answer file with the job’s secrets',
        params: Params,
        response: {
          200: z.object({
            url: z.string(),
            commandLine: z.string().optional(),
            files: z.array(AnswerFile),
          }),
          default: ErrorReply,
        },
      },
    },
    async (request) => jobs.byHand(await find(request.params.id)),
  );

  app.get(
    '/v1/jobs/:id/log',
    {
      schema: {
        tags,
        operationId: 'show-job-log',
        summary: 'What the installer wrote',
        params: Params,
        response: { 200: z.object({ text: z.string() }), default: ErrorReply },
      },
    },
    async (request) => {
      const { id } = await find(request.params.id);
      return { text: await readFile(jobs.logFile(id), 'utf8').catch(() => '') };
    },
  );
};
