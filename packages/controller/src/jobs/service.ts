import type {
  Agent,
  Distro,
  Facts,
  Job,
  JobRequest,
  Options,
  Plan,
  Profile,
  System,
} from '@resole/protocol';
import { ResoleError } from '@resole/protocol';
import { type AgentPayload, answerOf } from '../plan/answer.ts';
import type { ReinstallIntent } from '../plan/intent.ts';
import { planPower } from '../plan/power.ts';
import { planReinstall } from '../plan/reinstall.ts';
import type { JobRunner } from './runner.ts';

/** What making a job needs of the inventory, the templates and the machines. */
export interface JobServiceDeps {
  runner: JobRunner;
  system(ref: string): Promise<System>;
  /** The profile (the system's own by default), its distro, and the options after inheritance. */
  target(
    system: System,
    profile?: string,
  ): Promise<{ profile: Profile; distro: Distro; options: Options }>;
  /** The system's agent in force. */
  agentOf(system: System): Promise<Agent | undefined>;
  isOnline(agent: string): boolean;
  /** @throws ResoleError `agent-offline`, `agent-timeout` */
  freshFacts(agent: string): Promise<Facts>;
  storedFacts(system: System): Promise<Facts | undefined>;
  templates(): Promise<Record<string, string>>;
  agentPayload(distro: Distro): Promise<AgentPayload>;
  /** Renders an answer file only to see that it can be. @throws ResoleError `template-error` */
  checkAnswer(answer: NonNullable<Job['answer']>, templates: Record<string, string>): Promise<void>;
  /** The IP version of the provision address, where that is no host name. */
  reach(): 'ipv4' | 'ipv6' | undefined;
  newId(): string;
  now(): Date;
}

/** Plans and starts jobs: the one place where a request becomes a job. */
export class JobService {
  readonly #deps: JobServiceDeps;

  constructor(deps: JobServiceDeps) {
    this.#deps = deps;
  }

  /**
   * What the job would do, with nothing done.
   * @throws ResoleError with the reason where it can't be done.
   */
  async plan(request: JobRequest): Promise<Plan> {
    return (await this.#prepare(request)).plan;
  }

  /** Plans the job and sends it on its way. */
  async start(request: JobRequest): Promise<Job> {
    const { plan, agent, system, id, answer } = await this.#prepare(request);
    const now = this.#deps.now().toISOString();
    return this.#deps.runner.submit({
      id,
      revision: 1,
      createdAt: now,
      updatedAt: now,
      kind: request.kind,
      system: system.id,
      systemName: system.name,
      agent: agent.id,
      attempt: 1,
      state: 'planned',
      plan,
      events: [],
      cancelRequested: false,
      sequence: 0,
      ...(answer === undefined ? {} : { answer }),
    });
  }

  async #prepare(request: JobRequest) {
    const deps = this.#deps;
    const system = await deps.system(request.system);
    const agent = await deps.agentOf(system);
    if (!agent) {
      throw new ResoleError('agent-offline', `${system.name} has no agent`, {
        remedy: 'make a join token (`resole token create`) and enrol the agent on the machine',
      });
    }
    const facts = await this.#facts(system, agent);
    const id = deps.newId();
    if (request.kind !== 'reinstall') {
      return { plan: planPower(request.kind, system, facts, request.force), agent, system, id };
    }
    const [target, templates] = await Promise.all([
      deps.target(system, request.profile),
      deps.templates(),
    ]);
    const reach = deps.reach();
    const intent: ReinstallIntent = {
      system,
      ...target,
      facts,
      method: request.method,
      templates,
      ...(reach === undefined ? {} : { reach }),
    };
    const plan = planReinstall(intent);
    const payload = await deps.agentPayload(target.distro);
    const { template, variables } = answerOf(intent, plan, { id, attempt: 1 }, payload);
    const answer = { template, variables: { ...variables } };
    await deps.checkAnswer(answer, templates);
    return { plan, agent, system, id, answer };
  }

  /** The machine as it is now; of an agent that is away, as it was when it was last heard. */
  async #facts(system: System, agent: Agent): Promise<Facts> {
    if (this.#deps.isOnline(agent.id)) return this.#deps.freshFacts(agent.id);
    const facts = await this.#deps.storedFacts(system);
    if (facts) return facts;
    throw new ResoleError('facts-missing', `nothing is known of ${system.name} yet`, {
      remedy: 'start resole-agent on the machine',
    });
  }
}
