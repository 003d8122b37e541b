import { z } from 'zod';
import { applyDocument } from '../apply/apply.ts';
import { exportDocument } from '../apply/export.ts';
import { DocumentInput } from '../apply/wishes.ts';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { ApplyQuery, bodyCheckedByInventory, ExportQuery } from './validation.ts';
import { ErrorReply } from './views.ts';

/** A document of 30,000 systems with all they can have. */
const LARGEST_DOCUMENT = 64 * 1024 * 1024;

const Fields = z.record(z.string(), z.unknown());

const AppliedView = z.object({
  changes: z.array(
    z.object({
      noun: z.string(),
      name: z.string(),
      action: z.enum(['added', 'changed', 'removed']),
      oldName: z.string().optional(),
      before: Fields.optional(),
      after: Fields.optional(),
    }),
  ),
  unchanged: z.int(),
});

/** The whole inventory, or any part of it, as one document. */
export const applyRoutes = (app: Api, { inventory }: ApiDeps): void => {
  const tags = ['inventory'];

  app.post(
    '/v1/apply',
    {
      bodyLimit: LARGEST_DOCUMENT,
      validatorCompiler: bodyCheckedByInventory,
      schema: {
        tags,
        operationId: 'apply',
        summary: 'Make objects be as a document says; nothing is written unless all of it is right',
        querystring: ApplyQuery,
        body: DocumentInput,
        response: { 200: AppliedView, default: ErrorReply },
      },
    },
    async (request) => applyDocument(inventory, request.body, request.query),
  );

  app.get(
    '/v1/export',
    {
      schema: {
        tags,
        operationId: 'export',
        summary: 'The whole inventory as a document that can be applied',
        querystring: ExportQuery,
        response: { 200: DocumentInput, default: ErrorReply },
      },
    },
    async (request) => exportDocument(inventory, request.query),
  );
};
