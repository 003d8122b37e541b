import { z } from 'zod';
import type { AnswerService } from '../answers/service.ts';
import type { Api } from './api.ts';
import { RefParams } from './validation.ts';
import { ErrorReply } from './views.ts';

const Preview = z.object({
  /** As in the profile: a template, or with a slash at its end a folder. */
  template: z.string(),
  /** The file that the answer file's own address leads to; a folder has none. */
  main: z.string().optional(),
  files: z.array(
    z.object({
      path: z.string(),
      template: z.string(),
      mode: z.union([z.literal(0o644), z.literal(0o755)]),
      text: z.string(),
    }),
  ),
  /** What stands for what is not known of the machine. */
  notes: z.array(z.string()),
});

const LintReport = z.object({
  templates: z.int(),
  rendered: z.int(),
  findings: z.array(
    z.object({
      severity: z.enum(['error', 'hint']),
      template: z.string(),
      /** Of the template; with `checker`, of the rendered text. */
      line: z.int().optional(),
      problem: z.string(),
      remedy: z.string().optional(),
      excerpt: z.string().optional(),
      checker: z.string().optional(),
      /** What it was rendered for. */
      subjects: z.array(z.string()),
    }),
  ),
  checkers: z.array(
    z.object({
      checker: z.string(),
      passed: z.int(),
      failed: z.int(),
      notChecked: z.int(),
      missing: z.object({ command: z.string(), package: z.string() }).optional(),
    }),
  ),
});

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
        response: { 200: Preview, default: ErrorReply },
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
