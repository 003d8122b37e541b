/** Replaces a remote server that has no agent: over SSH, from the first look to the running job. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arch, Facts, type JobView, type Plan, ResoleError } from '@resole/protocol';
import { stringify } from 'yaml';
import { claim, keepAlive, newHolder, release } from './claim.ts';
import type { Connection } from './connection.ts';
import {
  type AgentFile,
  agentFileOf,
  agentsOf,
  agentsUrl,
  type ControllerApi,
  isSystem,
  planFromFacts,
  startJob,
  visitorToken,
  type Wanted,
} from './controller.ts';
import { copyAgent } from './copy.ts';
import { choosePlace, type Place } from './place.ts';
import { probeScript, readProbe } from './probe.ts';
import { configureScript, enrolScript, factsScript, removeScript, startScript } from './scripts.ts';

export interface Enchantment {
  connection: Connection;
  /** Not told to stop: what has begun is to be taken back. */
  api: ControllerApi;
  wanted: Wanted;
  /** The packed executable on this host, fetched and checked. */
  packedAgent(file: AgentFile, arch: Arch): Promise<string>;
  progress(phase: string, fraction?: number): void;
  /** Shows the plan and asks; it throws where the answer is no. Absent: a rehearsal, nothing starts. */
  confirm?: (plan: Plan, text: string) => Promise<void>;
  signal: AbortSignal;
}

/** What came of it: the plan alone, or the job that carries it out. */
export interface Enchanted {
  plan: Plan;
  text: string;
  job?: JobView;
}

/** Seconds for the agent's first connection. */
const CONNECT_SECONDS = 90;

/**
 * Looks at the server, brings the agent, shows the plan, enrols and starts the job. Whatever ends
 * this before the job has started, the server is left as it was.
 */
export const enchant = async (work: Enchantment): Promise<Enchanted> => {
  const { connection, api, progress, signal } = work;
  progress('looking at the server');
  const probe = readProbe(await connection.must('looking at the server', probeScript));
  if (probe.agent) {
    throw new ResoleError('agent-installed', `${connection.name} has an agent already`, {
      remedy: `use it: resole reinstall ${probe.hostname}`,
    });
  }
  const holder = newHolder();
  await claim(connection, holder);
  const letGo = keepAlive(connection, holder);
  try {
    const file = await agentFileOf(api, probe.arch);
    const place = choosePlace(probe, { packed: file.packedSize, unpacked: file.size });
    const packed = await work.packedAgent(file, probe.arch);
    const copying = `copying the agent ${place.kind === 'disk' ? 'to the disk' : 'into memory'}`;
    await copyAgent(connection, place, packed, file, {
      holder,
      progress: (fraction) => progress(copying, fraction),
      signal,
    });
    await configure(connection, place, await agentsUrl(api));
    progress('reading the facts of the machine');
    const { plan, text } = await planFromFacts(api, await factsOf(connection, place), work.wanted);
    if (work.confirm === undefined) {
      await remove(connection, holder);
      return { plan, text };
    }
    await work.confirm(plan, text);
    signal.throwIfAborted();
    await claim(connection, holder);
    const job = await begin(work, place, file, plan.system.name);
    // The job runs: a claim that stays is only stale, and gone with the next boot.
    await release(connection, holder).catch(() => undefined);
    return { plan, text, job };
  } catch (error) {
    throw await remove(connection, holder).then(
      () => error,
      (why) => leftBehind(connection, error, why),
    );
  } finally {
    await letGo();
  }
};

/** Enrols, starts the agent and gives it its job; takes all that back where one of it fails. */
const begin = async (
  { connection, api, wanted, progress, signal }: Enchantment,
  place: Place,
  file: AgentFile,
  system: string,
): Promise<JobView> => {
  const known = await agentsOf(api, system);
  const wasThere = await isSystem(api, system);
  const { id, token } = await visitorToken(api, system);
  try {
    progress('enrolling the agent');
    await connection.must('enrolling the agent', enrolScript, {
      args: [place.folder],
      input: `${token}\n`,
    });
    await connection.must('starting the agent', startScript, {
      args: [place.folder, place.kind],
      input: unitFor(file.unit, place),
    });
    progress('waiting for the agent');
    await untilOnline(api, system, signal);
    return await startJob(api, system, wanted);
  } catch (error) {
    const before = new Set(known.map((agent) => agent.id));
    const added = (await agentsOf(api, system).catch(() => [])).filter(
      (agent) => !before.has(agent.id),
    );
    for (const agent of added) {
      await api.send('POST', `/v1/agents/${agent.id}/revoke`).catch(() => {});
    }
    // A system that the enrolment has made: nobody has asked for it but by this.
    if (!wasThere && added.length > 0) {
      await api.send('DELETE', `/v1/systems/${encodeURIComponent(system)}`).catch(() => {});
    }
    throw error;
  } finally {
    await api.send('DELETE', `/v1/tokens/${id}`).catch(() => {});
  }
};

const configure = (connection: Connection, { folder }: Place, controller: string) =>
  connection.must('configuring the agent', configureScript, {
    args: [folder],
    input: stringify({
      controller,
      stateDir: `${folder}/state`,
      temporary: { folder, unit: 'resole-enchant.service' },
    }),
  });

const factsOf = async (connection: Connection, { folder }: Place): Promise<Facts> =>
  Facts.parse(
    JSON.parse(await connection.must('reading the facts', factsScript, { args: [folder] })),
  );

/** Everything of ours, by a connection made anew where the first was lost. */
const remove = async (connection: Connection, holder: string): Promise<void> => {
  const attempt = () =>
    connection.must('removing the agent', removeScript, { args: [holder], tidying: true });
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof ResoleError) || error.code !== 'connection-lost') throw error;
    await connection.connect({ tidying: true });
    await attempt();
  }
};

/** What ended it, with what could not be taken back. */
const leftBehind = ({ name }: Connection, error: unknown, why: unknown): ResoleError => {
  const said = (what: unknown) => (what instanceof Error ? what.message : String(what));
  const known = error instanceof ResoleError ? error : undefined;
  // By a signal, or at a question.
  const aborted = error instanceof Error && /^(Abort|ExitPrompt)/.test(error.name);
  const left =
    'what was brought is still there: /var/lib/resole-enchant or /run/resole-enchant, perhaps the unit resole-enchant';
  return new ResoleError(
    known?.code ?? (aborted ? 'cancelled' : 'internal'),
    `${aborted ? 'interrupted' : said(error)}; ${name} could not be cleaned up (${said(why)}), ${left}`,
    {
      remedy: `${known?.remedy === undefined ? '' : `${known.remedy}; `}the next enchant of that server takes it over, with --dry-run it only takes it away`,
      ...(known === undefined ? {} : { details: known.details }),
      cause: error,
    },
  );
};

/** The agent's own unit, for the place where it lies; one that left is not started again. */
export const unitFor = (unit: string, { folder, kind }: Place): string =>
  unit
    .replace(/^Description=.*$/m, 'Description=Resole agent, for one job')
    .replace(
      /^ExecStart=.*$/m,
      `ExecStart=${folder}/resole-agent --config ${folder}/agent.yaml run`,
    )
    .replace(/^Restart=.*$/m, 'Restart=on-failure')
    .replace(/^\[Install\][^[]*/m, (install) => (kind === 'disk' ? install : ''));

const untilOnline = async (api: ControllerApi, system: string, signal: AbortSignal) => {
  const end = Date.now() + CONNECT_SECONDS * 1000;
  while (!(await agentsOf(api, system)).some((agent) => agent.online)) {
    if (Date.now() > end) {
      throw new ResoleError('agent-timeout', `the agent on ${system} did not connect`, {
        remedy: 'can the server reach the controller at the address that `api.url` names?',
      });
    }
    await sleep(1000, undefined, { signal });
  }
};
