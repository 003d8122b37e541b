import { sign } from 'node:crypto';
import type { Server } from 'node:https';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { EnrolmentReply, EnrolmentRequest, Job } from '@resole/protocol';
import type { FastifyInstance } from 'fastify';
import { agentsLink } from './agents-link.ts';
import { type ByHand, handOut } from './answers/by-hand.ts';
import { jobAnswers } from './answers/render.ts';
import { type AnswerService, answerService } from './answers/service.ts';
import { Carrier } from './carry/carrier.ts';
import { armedJob } from './carry/firmware.ts';
import { retire } from './carry/retire.ts';
import { finished, returned } from './carry/returned.ts';
import { enrol } from './enrol/enrol.ts';
import { type Feed, openFeed } from './feed/socket.ts';
import { privateFolder } from './files/private-file.ts';
import { guestLeftovers } from './guest-leftovers.ts';
import type { ListenerUrls } from './http/listener-urls.ts';
import { jobFiles } from './job-files.ts';
import { jobSecrets } from './job-secrets.ts';
import { jobSources } from './job-sources.ts';
import { systemClock } from './jobs/clock.ts';
import { dispatchMessage } from './jobs/dispatch.ts';
import { Lines } from './jobs/lines.ts';
import type { Happening } from './jobs/record.ts';
import { JobRunner } from './jobs/runner.ts';
import { JobService } from './jobs/service.ts';
import type { LinkServer } from './link/server.ts';
import { afterForgotten, aroundGuest } from './plugins/guests.ts';
import { afterJob, afterRetirement, beforeJob } from './plugins/jobs.ts';
import type { Triggers } from './plugins/triggers.ts';
import { openPower, type Power, type PowerSettings } from './power-parts.ts';
import { buildProvision } from './provision/app.ts';
import { fullStopLog } from './provision/job-log.ts';
import { agentInForce } from './store/agent-in-force.ts';
import type { Store } from './store/store.ts';
import { newId } from './store/stored.ts';
import { folderTexts } from './store/texts.ts';
import { loadTemplates } from './templates/library.ts';
import type { Templates } from './templates/render.ts';
import { RenderPool } from './templates/worker/pool.ts';
import type { Trust } from './trust/trust.ts';
import { virtGuests } from './virt-guests.ts';

export interface EngineDeps {
  store: Store;
  trust: Trust;
  urls: ListenerUrls;
  /** What `scripts/package-agent` made. */
  agentDir: string;
  dataDir: string;
  triggers: Triggers;
  powerSettings: PowerSettings;
  /** The templates that come with Resole. */
  shipped: Templates;
  log(message: string, fields: Record<string, unknown>): void;
  /** What the MACs of new guests begin with. */
  macPrefix: string;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
}

/** The part of the controller that moves machines: jobs, the agents' link, provisioning, the feed. */
export interface Engine {
  service: JobService;
  runner: JobRunner;
  /** Answer files without a job: shown, and checked. */
  answers: AnswerService;
  link: LinkServer;
  power: Power;
  provision: FastifyInstance;
  enrol(request: EnrolmentRequest): Promise<EnrolmentReply>;
  /** What the job's installer wrote. */
  logFile(job: string): string;
  /** What a person needs who starts the job's installer. */
  byHand(job: Job): Promise<ByHand>;
  /** Puts link and feed onto the api listener and takes up the unfinished jobs. */
  start(server: Server): Promise<void>;
  close(): Promise<void>;
}

/** Wires the parts together; nothing listens and nothing moves before `start`. */
export const openEngine = async (deps: EngineDeps): Promise<Engine> => {
  const { store, trust, log } = deps;
  const { secret } = trust;
  const secrets = jobSecrets(deps.urls, trust);
  const now = () => systemClock.now();
  let feed: Feed | undefined;
  const logFolder = join(deps.dataDir, 'logs');
  await privateFolder(logFolder);
  const logFile = (job: string) => join(logFolder, `${job}.log`);

  const signed = (payload: string) =>
    sign(null, Buffer.from(payload), trust.jobKey).toString('base64url');

  const winning = {
    store,
    happen: (id: string, event: Happening) => runner.happen(id, event),
    exclusively: deps.exclusively,
    now,
  };
  const link: LinkServer = agentsLink({
    store,
    sign: signed,
    runner: () => runner,
    learned: (system, facts) => power.learned(system, facts),
    returned: (job) => returned(winning, job),
    online: (agent, system, isOnline) => feed?.agent(agent, system, isOnline),
    log,
    now,
  });

  const systemOf = (id: string) => store.systems.get(id);
  const leftovers = guestLeftovers(store, {
    exclusively: deps.exclusively,
    forgotten: (system) => afterForgotten(deps.triggers, system),
    log,
  });

  const runner: JobRunner = new JobRunner({
    jobs: store.jobs,
    link,
    clock: systemClock,
    feed: {
      event: (job, event) => {
        feed?.event(job, event);
        void afterJob(deps.triggers, job);
        void leftovers.afterJob(job);
        power.jobEvent(job, event);
      },
      progress: (job, progress) => feed?.progress(job, progress),
    },
    dispatch: (job, at) => dispatchMessage({ sign: signed, base: secrets.base }, job, at),
    carry: (job) => carrier.carry(job),
    log,
  });

  const carrier: Carrier = new Carrier({
    job: (id) => store.jobs.get(id),
    happen: (id, event) => runner.happen(id, event),
    handOver: (id, bootId) => runner.handOver(id, bootId),
    power: (system, order, signal) => power.one(system, order, signal),
    retire: (system) =>
      retire(
        {
          store,
          exclusively: deps.exclusively,
          drop: (agent, error) => link.drop(agent, error),
          now,
          retired: (before, after) => afterRetirement(deps.triggers, before, after),
        },
        system,
      ),
    finished: (id) => finished(winning, id),
    bootIdOf: async (system) => (await agentInForce(store, system))?.bootId,
    log,
  });

  const templates = () => loadTemplates(store, deps.shipped);
  const files = jobFiles(store, deps.agentDir);
  const pool = new RenderPool();
  const texts = folderTexts(join(deps.dataDir, 'texts'));
  const sources = jobSources(store, {
    agentDir: deps.agentDir,
    apiUrl: () => deps.urls.apiUrl,
    templates,
    pool,
    texts,
  });
  const answers = answerService({
    ...sources,
    profiles: () => store.profiles.list(),
    systems: () => store.systems.list(),
    pool,
    provisionUrl: () => deps.urls.provisionUrl,
  });
  const guests = virtGuests(store, {
    macPrefix: deps.macPrefix,
    exclusively: deps.exclusively,
    now,
  });
  const service = new JobService({
    ...sources,
    ...guests,
    keepGuest: (guest) =>
      aroundGuest(deps.triggers, systemOf, guest, () => guests.keepGuest(guest)),
    forgetGuest: leftovers.forget,
    runner,
    isOnline: (agent) => link.isOnline(agent),
    freshFacts: (agent) => link.freshFacts(agent),
    baseLength: (id) => secrets.base(id).length,
    reach: () => ipVersionOf(deps.urls.provisionUrl),
    admit: (job) => beforeJob(deps.triggers, job, systemOf),
    newId: () => newId('job'),
    now,
  });

  const power: Power = openPower({
    store,
    secrets: trust.secrets,
    settings: deps.powerSettings,
    jobs: { service, runner },
    link,
    exclusively: deps.exclusively,
    triggers: deps.triggers,
    log,
  });

  const enrolments = new Lines();
  const appendLog = fullStopLog();
  const given = jobAnswers({ pool, texts, templates, secrets: secrets.of });
  const provision = buildProvision({
    secret,
    job: (id) => store.jobs.get(id),
    happen: (id, event) => runner.happen(id, event),
    finished: (id) => finished(winning, id),
    answers: given,
    armedJob: (mac) => armedJob(store, mac),
    base: secrets.base,
    ...files,
    log,
    appendLog: async (job, text) => {
      const taken = await appendLog(logFile(job.id), text);
      if (taken !== '') feed?.log(job, taken);
    },
  });

  return {
    service,
    runner,
    answers,
    link,
    power,
    provision,
    logFile,
    byHand: handOut({ answers: given, base: secrets.base }),
    enrol: async (request) => {
      const reply = await enrol(
        {
          store,
          secret,
          jobKeySpki: trust.jobKeySpki,
          lines: enrolments,
          isOnline: (agent) => link.isOnline(agent),
          drop: (agent, error) => link.drop(agent, error),
          happen: (id, event) => runner.happen(id, event),
          distroOf: files.distro,
          log,
          exclusively: deps.exclusively,
          now,
        },
        request,
      );
      await power.learned(reply.system, request.facts);
      return reply;
    },
    start: async (server) => {
      feed = openFeed(server, {
        verifyAdmin: (token) => trust.verifyAdmin(token),
        job: (id) => store.jobs.get(id),
      });
      link.attach(server);
      await runner.start();
      await leftovers.sweep();
      await power.start();
    },
    close: async () => {
      await carrier.close();
      await power.close();
      await runner.close();
      link.close();
      await feed?.close();
      await provision.close();
      pool.close();
    },
  };
};

/** `ipv4` or `ipv6` where the URL's host is an address. */
const ipVersionOf = (url: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(new URL(url).hostname.replace(/^\[|\]$/g, ''));
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
};
