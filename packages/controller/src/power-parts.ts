/** The power part of the controller, put together over the store, the jobs and the agents' link. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Bmc,
  type Facts,
  type Job,
  type JobEvent,
  type LastPower,
  type PowerFinding,
  type PowerInput,
  type PowerRequest,
  type PowerResult,
  ResoleError,
  type System,
} from '@resole/protocol';
import { findSystem } from './inventory/find.ts';
import { RECONNECT_SECONDS } from './jobs/away.ts';
import type { JobRunner } from './jobs/runner.ts';
import type { JobService } from './jobs/service.ts';
import type { LinkServer } from './link/server.ts';
import { hardSwitch } from './plan/switch.ts';
import { aroundPower } from './plugins/power.ts';
import type { Triggers } from './plugins/triggers.ts';
import { powerDrivers } from './power/index.ts';
import { LastPowers } from './power/last.ts';
import { type PowerLimits, PowerQueue } from './power/limits.ts';
import { answered, PowerRefresh } from './power/refresh.ts';
import { mayHelpAfter } from './power/rescue.ts';
import { Rescues } from './power/rescues.ts';
import { PowerService } from './power/service.ts';
import type { PowerSource } from './power/target.ts';
import { agentInForce } from './store/agent-in-force.ts';
import type { Store } from './store/store.ts';
import { update } from './store/update.ts';
import type { Secrets } from './trust/secrets.ts';

export interface PowerSettings extends PowerLimits {
  deadlineSeconds: number;
  /** Seconds between two questions in the background; 0 asks never. */
  refreshSeconds: number;
}

interface PowerDeps {
  store: Store;
  secrets: Secrets;
  settings: PowerSettings;
  jobs: { service: Pick<JobService, 'start'>; runner: Pick<JobRunner, 'cancel' | 'happen'> };
  link: Pick<LinkServer, 'isOnline' | 'freshFacts' | 'guestOrder' | 'aliveBoot'>;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  log(message: string, fields: Record<string, unknown>): void;
  triggers: Triggers;
}

export interface Power {
  act(
    request: PowerRequest,
    told: (result: PowerResult) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** One order to one system, ended by the signal; what went wrong is in the result. */
  one(
    system: string,
    order: Omit<PowerRequest, 'systems'>,
    signal: AbortSignal,
  ): Promise<PowerResult>;
  last(system: string): Promise<LastPower | undefined>;
  lasts(): Promise<LastPower[]>;
  examine(ref: string, signal: AbortSignal): Promise<PowerFinding[]>;
  /** What the agent found; the system's power is filled in where it says nothing yet. */
  detect(ref: string): Promise<{ system: string; virtualization: string; bmc?: Bmc }>;
  /** An agent has told of its machine. */
  learned(system: string, facts: Facts): Promise<void>;
  /** Something happened to a job: one that stalls may be helped by a power cycle. */
  jobEvent(job: Job, event: JobEvent): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The cipher suite that ipmitool begins with, and the one that BMCs without it have (SHA-1). */
const [MODERN, OLD] = [17, 3];

/** What a BMC told that its driver has to be told. */
const detectedOptions = ({ protocols, cipherSuites = [] }: Bmc): Pick<PowerInput, 'options'> => {
  const [protocol] = protocols;
  if (protocol === undefined) return {};
  const old = cipherSuites.includes(OLD) && !cipherSuites.includes(MODERN);
  return { options: { protocol, ...(protocol === 'ipmi' && old ? { cipherSuite: OLD } : {}) } };
};

const time = {
  sleep: (seconds: number, signal: AbortSignal) => sleep(seconds * 1000, undefined, { signal }),
  now: () => performance.now(),
};

export const openPower = (deps: PowerDeps): Power => {
  const { store, jobs, link, log, settings } = deps;
  const end = new AbortController();

  const agentOf = (system: string) => agentInForce(store, system);
  const agentOnline = async (system: string) => {
    const agent = await agentOf(system);
    return agent && link.isOnline(agent.id);
  };
  const hostOf = async ({ virtHost }: System): Promise<Pick<PowerSource, 'host'>> => {
    const host = virtHost === undefined ? undefined : await store.systems.get(virtHost);
    return host === undefined ? {} : { host };
  };
  const sourceOf = async (system: System): Promise<PowerSource> => ({
    system,
    facts: (await store.facts.get(system.id))?.facts,
    hasAgent: (await agentOf(system.id)) !== undefined,
    ...(await hostOf(system)),
    open: deps.secrets.open,
  });

  const drivers = powerDrivers(
    {
      isOnline: agentOnline,
      start: (system, kind, force) => jobs.service.start({ kind, system, force, fallback: false }),
      job: (id) => store.jobs.get(id),
      cancel: async (id) => {
        await jobs.runner.cancel(id);
      },
    },
    {
      order: async (host, uuid, action, signal) => {
        const agent = await agentOf(host);
        if (agent === undefined) throw new ResoleError('agent-offline', 'it has no agent');
        return link.guestOrder(agent.id, uuid, action, signal);
      },
    },
  );
  const last = new LastPowers(store.power, () => new Date());
  const service = new PowerService({
    drivers,
    source: async (ref) => sourceOf(await findSystem(store, ref)),
    aliveBoot: async (system) => {
      const agent = await agentOf(system);
      return agent && link.aliveBoot(agent.id);
    },
    last,
    queue: new PowerQueue(settings, time),
    time,
    deadlineSeconds: settings.deadlineSeconds,
    log,
    around: (power, alteration) => aroundPower(deps.triggers, power, alteration),
  });
  /** Those that have a power system of some kind, if only their agent. */
  const switched = async (): Promise<System[]> => {
    const agents = (await store.agents.list()).filter(({ revoked }) => !revoked);
    const withAgent = new Set(agents.map(({ system }) => system));
    return (await store.systems.list()).filter(
      ({ id, power, virtHost }) =>
        power !== undefined || virtHost !== undefined || withAgent.has(id),
    );
  };
  const refresh = new PowerRefresh({
    systems: switched,
    ask: async (system, signal) =>
      answered(await service.one(system.id, { action: 'status' }, signal)),
    everySeconds: settings.refreshSeconds,
    now: time.now,
    random: Math.random,
    log,
  });

  const learned: Power['learned'] = async (id, { bmc }) => {
    if (bmc?.address === undefined) return;
    const { address } = bmc;
    await deps.exclusively(async () => {
      const system = await store.systems.get(id);
      if (system === undefined || system.power !== undefined) return;
      const power = { driver: 'auto' as const, address, ...detectedOptions(bmc) };
      await update(store.systems, id, { power }, new Date());
      log('a BMC was detected', { system: system.name, address });
    });
  };

  const rescues = new Rescues({
    order: (system, action, driver, due) =>
      service.one(system, { action, ...(driver && { driver }) }, end.signal, due),
    job: (id) => store.jobs.get(id),
    happen: (id, event) => jobs.runner.happen(id, event),
    signal: end.signal,
    log,
  });

  /** A machine that only its agent switches can't be asked once it is off: what the job saw is kept. */
  const wentOff = async ({ system: id }: Job): Promise<void> => {
    const system = await store.systems.get(id);
    if (system === undefined || (await agentOnline(id)) === true) return;
    const facts = (await store.facts.get(id))?.facts;
    if (hardSwitch(system, facts) === undefined) await last.saw(id, 'agent', 'off');
  };

  /** Those that stalled while nobody was there to help, when machines that are back have said so. */
  const helpLater = async () => {
    await time.sleep(RECONNECT_SECONDS, end.signal);
    for (const { id, state } of await store.jobs.list()) if (state === 'stalled') rescues.help(id);
  };

  return {
    one: (system, order, signal) => service.one(system, order, signal),
    act: (request, told, signal) =>
      service.many(request, told, AbortSignal.any([signal, end.signal])),
    last: (system) => last.get(system),
    lasts: () => last.all(),
    examine: (ref, signal) => service.examine(ref, signal),
    detect: async (ref) => {
      const { id, name } = await findSystem(store, ref);
      const agent = await agentOf(id);
      const online = agent !== undefined && link.isOnline(agent.id);
      const facts = online ? await link.freshFacts(agent.id) : (await store.facts.get(id))?.facts;
      if (facts !== undefined) await learned(id, facts);
      return {
        system: name,
        virtualization: facts?.virtualization ?? 'unknown',
        ...(facts?.bmc === undefined ? {} : { bmc: facts.bmc }),
      };
    },
    learned,
    jobEvent: (job, { type }) => {
      if (job.state === 'stalled' && mayHelpAfter(type)) rescues.help(job.id);
      if (job.state === 'powered-off') void wentOff(job).catch(() => undefined);
    },
    start: async () => {
      refresh.start();
      void helpLater().catch(() => undefined);
    },
    close: async () => {
      end.abort(new Error('the controller is closing'));
      await rescues.settled();
      await refresh.close();
      await last.settled();
    },
  };
};
