import { type Agent, AgentLog, Id, MAX_LOG_LINES, ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { fits } from '../inventory/query.ts';
import { update } from '../store/update.ts';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { RefParams } from './validation.ts';
import { AgentView, ErrorReply } from './views.ts';

/** `os.id=debian` → `{ 'os.id': 'debian' }`. @throws ResoleError `invalid-input` */
const conditionsOf = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new ResoleError('invalid-input', `"${word}" is no condition`, {
        remedy: 'write it as field=value: os.id=debian',
      });
    }),
  );

/** Agents; they come by enrolment only. One is named by its id, or by its system. */
export const agentRoutes = (app: Api, deps: ApiDeps): void => {
  const { store, inventory, isOnline, refreshFacts, agentLog, drop, now } = deps;
  const tags = ['agents'];
  const answers = { 200: AgentView, default: ErrorReply };

  const view = async (agent: Agent): Promise<AgentView> => ({
    ...agent,
    systemName: (await store.systems.get(agent.system))?.name ?? agent.system,
    online: isOnline(agent.id),
  });

  const find = async (ref: string): Promise<Agent> => {
    if (Id.safeParse(ref).success && ref.startsWith('agt_')) {
      const agent = await store.agents.get(ref);
      if (agent !== undefined) return agent;
      throw new ResoleError('not-found', `there is no agent ${ref}`, {
        remedy: 'see which there are: resole agent list',
      });
    }
    const system = await inventory.systems.show(ref);
    const agents = (await store.agents.list()).filter((agent) => agent.system === system.id);
    const agent = agents.find(({ revoked }) => !revoked) ?? agents.at(-1);
    if (agent !== undefined) return agent;
    throw new ResoleError('not-found', `system ${system.name} has no agent`, {
      remedy: 'enrol one: resole token create, then resole-agent enroll on the machine',
    });
  };

  app.get(
    '/v1/agents',
    {
      schema: {
        tags,
        operationId: 'list-agents',
        summary: 'All agents, also revoked ones, with the systems that they run on',
        querystring: z.strictObject({
          system: z.string().optional(),
          /** `os.id=debian`: only agents whose machine has that fact; `*` stands for anything. */
          fact: z.union([z.string(), z.array(z.string())]).optional(),
        }),
        response: { 200: z.array(AgentView), default: ErrorReply },
      },
    },
    async (request) => {
      const ref = request.query.system;
      const system = ref === undefined ? undefined : await inventory.systems.show(ref);
      const agents = await store.agents.list();
      const wanted = agents.filter((agent) => system === undefined || agent.system === system.id);
      const conditions = conditionsOf([request.query.fact ?? []].flat());
      const fitting = await Promise.all(
        wanted.map(async (agent) =>
          fits((await store.facts.get(agent.system))?.facts, conditions) ? [agent] : [],
        ),
      );
      return Promise.all(fitting.flat().map(view));
    },
  );

  app.get(
    '/v1/agents/:ref',
    {
      schema: {
        tags,
        operationId: 'show-agent',
        summary: 'One agent, by its id or its system',
        params: RefParams,
        response: answers,
      },
    },
    async (request) => view(await find(request.params.ref)),
  );

  app.post(
    '/v1/agents/:ref/refresh-facts',
    {
      schema: {
        tags,
        operationId: 'refresh-facts',
        summary: 'Have a connected agent look at its machine now',
        params: RefParams,
        response: answers,
      },
    },
    async (request) => {
      const agent = await find(request.params.ref);
      await refreshFacts(agent.id);
      return view(agent);
    },
  );

  app.get(
    '/v1/agents/:ref/log',
    {
      schema: {
        tags,
        operationId: 'show-agent-log',
        summary: 'The last lines of a connected agent’s own log',
        params: RefParams,
        querystring: z.strictObject({
          lines: z.coerce.number().int().min(1).max(MAX_LOG_LINES).default(100),
          /** Only lines after this sequence number. */
          after: z.coerce.number().int().min(0).optional(),
        }),
        response: { 200: AgentLog, default: ErrorReply },
      },
    },
    async (request) => {
      const { lines, after } = request.query;
      const { id } = await find(request.params.ref);
      return agentLog(id, { lines, ...(after === undefined ? {} : { after }) });
    },
  );

  app.post(
    '/v1/agents/:ref/revoke',
    {
      schema: {
        tags,
        operationId: 'revoke-agent',
        summary: 'Never let this agent connect again; the machine can be enrolled anew',
        params: RefParams,
        response: answers,
      },
    },
    async (request) => {
      const { id } = await find(request.params.ref);
      const revoked = await update(store.agents, id, { revoked: true }, now());
      drop(id, new ResoleError('agent-revoked', 'this agent was revoked by an operator'));
      return view(revoked);
    },
  );
};
