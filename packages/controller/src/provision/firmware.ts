import { type Job, Mac } from '@resole/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { diskScript, IPXE_PATH, installerScript, whoScript } from '../plan/ipxe.ts';
import type { ProvisionDeps } from './ports.ts';

/** Boot scripts for firmware, made when they are asked for; who has nothing to install boots its disk. */
export const firmwareRoutes = (app: FastifyInstance, deps: ProvisionDeps): void => {
  app.get(IPXE_PATH, async (request: FastifyRequest<{ Querystring: { mac?: string } }>, reply) => {
    reply.type('text/plain; charset=utf-8');
    if (request.query.mac === undefined) return whoScript;
    const mac = Mac.safeParse(request.query.mac).data;
    const job = mac === undefined ? undefined : await deps.armedJob(mac);
    if (job === undefined) return diskScript;
    if (request.method === 'GET') {
      await deps.happen(job.id, { type: 'boot-script-fetched', message: `by ${mac}` });
    }
    return scriptOf(job, deps.base(job.id));
  });
};

const scriptOf = ({ id, plan }: Job, base: string): string =>
  installerScript({
    title: `${plan.system.name} becomes ${plan.profile?.name} (${id})`,
    base,
    commandLine: (plan.commandLine ?? '').replaceAll('{base}', base),
  });
