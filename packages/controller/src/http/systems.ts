import { ResoleError, StoredFacts, System, SystemInput } from '@resole/protocol';
import { resolveSystem, resolveUnassigned } from '../inventory/chain.ts';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';
import { RefParams } from './validation.ts';
import { ErrorReply, ResolvedView } from './views.ts';

export const systemRoutes = (app: Api, { inventory, store }: ApiDeps): void => {
  const tags = ['systems'];
  crudRoutes(app, {
    path: 'systems',
    noun: 'system',
    input: SystemInput,
    reply: System,
    service: inventory.systems,
    resolved: {
      reply: ResolvedView,
      of: async (ref) => {
        const system = await inventory.systems.show(ref);
        const of = system.profile === undefined ? resolveUnassigned : resolveSystem;
        return { system, ...(await of(store, system)) };
      },
    },
  });

  app.get(
    '/v1/systems/:ref/facts',
    {
      schema: {
        tags,
        operationId: 'show-facts',
        summary: 'What its agent last said of the machine',
        params: RefParams,
        response: { 200: StoredFacts, default: ErrorReply },
      },
    },
    async (request) => {
      const system = await inventory.systems.show(request.params.ref);
      const facts = await store.facts.get(system.id);
      if (facts !== undefined) return facts;
      throw new ResoleError('facts-missing', `nothing is known of the machine of ${system.name}`, {
        remedy: 'enrol its agent: resole token create, then resole-agent enroll on the machine',
      });
    },
  );
};
