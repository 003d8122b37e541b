import { AnswerFilePreview, LintReport } from '@resole/protocol';
import { z } from 'zod';
import type { AnswerService } from '../answers/service.ts';
import type { Api } from './api.ts';
import { RefParams } from './validation.ts';
import { ErrorReply } from './views.ts';

/** Answer files without a job: shown, and tried out. */
export const answerFileRoutes = (app: Api, { answers }: { answers: AnswerService }): void => {
  app.get(
    '/v1/systems/:ref/answer-file',
    {
      schema: {
        tags: ['systems'],
        operationId: 'show-answer-file',
        summary: 'What the installer of the system would be given; secrets are stand-ins',
        params: RefParams,
        querystring: z.strictObject({
          profile: z.string().min(1).optional(),
          /** Just this file of a folder or seed. */
          part: z.string().min(1).optional(),
        }),
        response: { 200: AnswerFilePreview, default: ErrorReply },
      },
    },
    async ({ params, query }) =>
      answers.preview(params.ref, {
        ...(query.profile === undefined ? {} : { profile: query.profile }),
        ...(query.part === undefined ? {} : { part: query.part }),
      }),
  );

  app.post(
    '/v1/templates/lint',
    {
      schema: {
        tags: ['templates'],
        operationId: 'lint-templates',
        summary: 'Try templates on all profiles, and what comes out on the checkers of its kind',
        body: z.strictObject({
          /** Just these, and the profiles that use them. */
          names: z.array(z.string().min(1)).min(1).optional(),
          /** False: only read them, for mistakes in syntax and Cobbler's language. */
          render: z.boolean().default(true),
        }),
        response: { 200: LintReport, default: ErrorReply },
      },
    },
    async ({ body: { names, render } }) =>
      answers.lint({ render, ...(names === undefined ? {} : { names }) }),
  );
};
