import { PassThrough } from 'node:stream';
import { Bmc, LastPower, PowerFinding, PowerRequest } from '@resole/protocol';
import { z } from 'zod';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { RefParams } from './validation.ts';
import { ErrorReply } from './views.ts';

/** Power of systems: asked, changed, looked into. */
export const powerRoutes = (app: Api, { inventory, power }: ApiDeps): void => {
  const tags = ['power'];

  app.post(
    '/v1/power',
    {
      schema: {
        tags,
        operationId: 'act-on-power',
        summary:
          'One action on many systems; one line of JSON (a PowerResult) for each, when it is done',
        body: PowerRequest,
        response: { 200: z.string(), default: ErrorReply },
      },
    },
    async (request, reply) => {
      const lines = new PassThrough();
      const gone = new AbortController();
      // Who asked and left wants no more orders given.
      reply.raw.on('close', () => gone.abort(new Error('the asker has left')));
      reply.type('application/x-ndjson');
      power
        .act(request.body, (result) => lines.write(`${JSON.stringify(result)}\n`), gone.signal)
        .then(
          () => lines.end(),
          (error) => lines.destroy(error),
        );
      return reply.send(lines as unknown as string);
    },
  );

  app.get(
    '/v1/power',
    {
      schema: {
        tags,
        operationId: 'list-last-powers',
        summary: 'What was last known of the power of all systems that were ever asked, by name',
        response: {
          200: z.array(z.object({ ...LastPower.shape, name: z.string() })),
          default: ErrorReply,
        },
      },
    },
    async () => {
      const [lasts, systems] = await Promise.all([power.lasts(), inventory.systems.list()]);
      const names = new Map(systems.map(({ id, name }) => [id, name]));
      return lasts
        .map((last) => ({ ...last, name: names.get(last.id) ?? last.id }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  );

  app.get(
    '/v1/systems/:ref/power',
    {
      schema: {
        tags,
        operationId: 'show-last-power',
        summary: 'What was last known of its power; null where nobody ever asked',
        params: RefParams,
        response: { 200: LastPower.nullable(), default: ErrorReply },
      },
    },
    async (request) => {
      const { id } = await inventory.systems.show(request.params.ref);
      return (await power.last(id)) ?? null;
    },
  );

  app.post(
    '/v1/systems/:ref/power/test',
    {
      schema: {
        tags,
        operationId: 'test-power',
        summary: 'What is wrong with its power, in words; changes nothing',
        params: RefParams,
        response: { 200: z.array(PowerFinding), default: ErrorReply },
      },
    },
    async (request) => power.examine(request.params.ref, AbortSignal.timeout(120_000)),
  );

  app.post(
    '/v1/systems/:ref/power/detect',
    {
      schema: {
        tags,
        operationId: 'detect-power',
        summary: 'The BMC that its agent finds; its power is filled in where it says nothing yet',
        params: RefParams,
        response: {
          200: z.object({
            system: z.string(),
            virtualization: z.string(),
            bmc: Bmc.optional(),
          }),
          default: ErrorReply,
        },
      },
    },
    async (request) => power.detect(request.params.ref),
  );
};
