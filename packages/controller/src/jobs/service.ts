import type {
  Agent,
  Facts,
  Job,
  JobRequest,
  Plan,
  PlanFromFacts,
  ReinstallRequest,
  System,
} from '@resole/protocol';
import { ResoleError } from '@resole/protocol';
import { planAgentUpdate } from '../plan/agent-update.ts';
import { answerOf } from '../plan/answer.ts';
import { planDecommission } from '../plan/decommission.ts';
import type { ReinstallIntent } from '../plan/intent.ts';
import { planManual } from '../plan/manual.ts';
import { planNetboot } from '../plan/netboot.ts';
import { planPower } from '../plan/power.ts';
import { planReinstall } from '../plan/reinstall.ts';
import { refuseChanged } from './agreed-plan.ts';
import { Lines } from './lines.ts';
import { reinstallWay } from './reinstall-way.ts';
import type { CreateRequest, JobServiceDeps } from './service-ports.ts';
import { hostOf, type PreparedGuest, prepareAct, prepareGuest, refuseWithoutRoom } from './virt.ts';

/** A request made ready: what will be done, by whom, to which system. */
type Prepared = Pick<Job, 'id' | 'plan' | 'answer'> & {
  /** Absent where the controller carries it out itself. */
  agent?: Agent;
  system: System;
};

/** Plans and starts jobs: the one place where a request becomes a job. */
export class JobService {
  readonly #deps: JobServiceDeps;
  /** Guests that become jobs, by the system of their host. */
  readonly #hosts = new Lines();

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

  /** The same for a machine that has no agent, from what it tells of itself. */
  async planFromFacts(request: PlanFromFacts): Promise<Plan> {
    const { facts, system: name } = request;
    const system = await this.#deps.machine(facts, name);
    refuseDecommissioned(system);
    return (await this.#reinstall(request, system, facts, this.#deps.newId())).plan;
  }

  /**
   * Plans the job and sends it on its way, unless somebody is against it.
   * @throws ResoleError `plan-changed` where another plan was agreed to
   */
  async start(request: JobRequest): Promise<Job> {
    const { runner, admit, keepGuest, forgetGuest } = this.#deps;
    if (request.kind !== 'virt-create') {
      const prepared = await this.#prepare(request);
      refuseChanged(request, prepared.plan);
      const job = this.#jobOf(prepared);
      await admit(job);
      return runner.submit(job);
    }
    const prepared = await this.#prepareGuest(request);
    // One after the other, for they all want room on the same host.
    return this.#hosts.run(prepared.agent.system, async () => {
      const job = this.#jobOf(prepared);
      // Whatever can be refused is refused before the inventory is changed for it.
      await refuseWithoutRoom(this.#deps, prepared);
      await runner.refuseBusy(job);
      await admit(job);
      const { id } = await keepGuest(prepared.system);
      try {
        return await runner.submit(job);
      } catch (error) {
        await forgetGuest(id);
        throw error;
      }
    });
  }

  #jobOf({ plan, agent, system, id, answer }: Prepared): Job {
    const now = this.#deps.now().toISOString();
    return {
      id,
      revision: 1,
      createdAt: now,
      updatedAt: now,
      kind: plan.kind,
      system: system.id,
      systemName: system.name,
      ...(agent === undefined ? {} : { agent: agent.id }),
      attempt: 1,
      state: 'planned',
      plan,
      events: [],
      cancelRequested: false,
      sequence: 0,
      ...(answer === undefined ? {} : { answer }),
    };
  }

  async #prepareGuest(
    request: CreateRequest,
  ): Promise<Prepared & PreparedGuest & { agent: Agent }> {
    const deps = this.#deps;
    const id = deps.newId();
    const host = await deps.system(request.host);
    const { agent, facts } = await this.#agentAndFacts(host);
    const prepared = await prepareGuest(deps, request, host, facts, id);
    refuseDecommissioned(prepared.system);
    return { ...prepared, agent, id };
  }

  async #prepare(request: JobRequest): Promise<Prepared> {
    if (request.kind === 'virt-create') return this.#prepareGuest(request);
    const deps = this.#deps;
    const id = deps.newId();
    const system = await deps.system(request.system);
    if (request.kind === 'virt') {
      const host = await deps.system(hostOf(request, system));
      const { agent } = await this.#agentAndFacts(host);
      return { plan: prepareAct(request, system, host), agent, system, id };
    }
    if (request.kind === 'decommission') {
      const online = await this.#isConnected(system);
      const plan = planDecommission(system, await deps.storedFacts(system), online);
      return { plan, system, id };
    }
    if (request.kind === 'reinstall') {
      refuseDecommissioned(system);
      const way = await reinstallWay(deps, request, system);
      if (way.by !== 'agent') {
        const plan = way.by === 'hand' ? planManual : planNetboot;
        return { ...(await this.#withoutAgent(request, system, way.reason, plan, id)), system, id };
      }
      const { profile } = request;
      const { agent, facts } = await this.#agentAndFacts(system);
      const wish = { method: way.method, ...(profile === undefined ? {} : { profile }) };
      return { ...(await this.#reinstall(wish, system, facts, id)), agent, system, id };
    }
    const { agent, facts } = await this.#agentAndFacts(system);
    if (request.kind === 'agent-update') {
      const release = await deps.agentRelease(facts.arch);
      return { plan: planAgentUpdate(system, facts, release), agent, system, id };
    }
    return { plan: planPower(request.kind, system, facts, request), agent, system, id };
  }

  /**
   * A reinstall that a BMC or a person starts; of the machine that is known which an agent told last,
   * if any.
   */
  async #withoutAgent(
    request: Pick<ReinstallRequest, 'profile'>,
    system: System,
    reason: string,
    plan: typeof planNetboot,
    id: string,
  ): Promise<Pick<Job, 'plan' | 'answer'>> {
    const intent = await this.#intent(request, system, id);
    const facts = await this.#deps.storedFacts(system);
    return this.#withAnswer(intent, plan({ ...intent, facts, reason }), id);
  }

  async #isConnected(system: System): Promise<boolean> {
    const agent = await this.#deps.agentOf(system);
    return agent !== undefined && this.#deps.isOnline(agent.id);
  }

  async #agentAndFacts(system: System): Promise<{ agent: Agent; facts: Facts }> {
    const agent = await this.#deps.agentOf(system);
    if (agent) return { agent, facts: await this.#facts(system, agent) };
    throw new ResoleError('agent-offline', `${system.name} has no agent`, {
      remedy: 'make a join token (`resole token create`) and enrol the agent on the machine',
    });
  }

  /** A reinstall's plan, and what its installer's answer file is made of. */
  async #reinstall(
    request: Pick<PlanFromFacts, 'profile' | 'method'>,
    system: System,
    facts: Facts,
    id: string,
  ): Promise<Pick<Job, 'plan' | 'answer'>> {
    const intent = await this.#intent(request, system, id);
    return this.#withAnswer(
      intent,
      planReinstall({ ...intent, facts, method: request.method }),
      id,
    );
  }

  async #intent(
    { profile }: Pick<ReinstallRequest, 'profile'>,
    system: System,
    id: string,
  ): Promise<Omit<ReinstallIntent, 'facts' | 'method'>> {
    const deps = this.#deps;
    const [target, templates] = await Promise.all([deps.target(system, profile), deps.templates()]);
    const reach = deps.reach();
    const baseLength = deps.baseLength(id);
    return { system, ...target, templates, baseLength, ...(reach === undefined ? {} : { reach }) };
  }

  async #withAnswer(
    intent: Omit<ReinstallIntent, 'facts' | 'method'>,
    plan: Plan,
    id: string,
  ): Promise<Pick<Job, 'plan' | 'answer'>> {
    const { distro, templates } = intent;
    const payload = await this.#deps.agentPayload(distro);
    const made = answerOf(intent, plan, { id, attempt: 1 }, payload);
    if (!made) return { plan };
    const { template, variables } = made;
    const answer = await this.#deps.freezeAnswer(
      { template, variables: { ...variables } },
      distro.family,
      templates,
    );
    return { plan, answer };
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

/** @throws ResoleError `system-decommissioned` */
const refuseDecommissioned = ({ name, decommissioned }: System): void => {
  if (decommissioned !== true) return;
  throw new ResoleError('system-decommissioned', `${name} is out of service`, {
    remedy: `take it back into service first: \`resole system edit ${name} --no-decommissioned --netboot\``,
  });
};
