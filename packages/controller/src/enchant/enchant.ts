/** Replaces a remote server that has no agent: over SSH, from the first look to the running job. */
import { type Arch, Facts, type JobView, type Plan, ResoleError } from '@resole/protocol';
import { stringify } from 'yaml';
import { claim, keepAlive, newHolder, release } from './claim.ts';
import type { Connection } from './connection.ts';
import {
  type AgentFile,
  agentFileOf,
  agentsUrl,
  type ControllerApi,
  planFromFacts,
  type Wanted,
} from './controller.ts';
import { copyAgent } from './copy.ts';
import { choosePlace, type Place } from './place.ts';
import { probeScript, readProbe } from './probe.ts';
import { leftBehind, remove } from './removal.ts';
import { configureScript, factsScript } from './scripts.ts';
import { begin } from './visitor.ts';

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

/**
 * Looks at the server, brings the agent, shows the plan, enrols and starts the job. Whatever ends
 * this before the job has started, the server is left as it was.
 */
export const enchant = async (work: Enchantment): Promise<Enchanted> => {
  const { connection, api, progress, signal } = work;
  progress('looking at the server');
  const probe = readProbe(await connection.must('looking at the server', probeScript));
  if (probe.agent !== undefined) {
    const name = probe.agent || probe.hostname;
    throw new ResoleError(
      'agent-installed',
      `${connection.name} has an agent already, of ${name}`,
      {
        remedy: `use it: resole reinstall ${name}; where it is gone for good, remove its state too (/var/lib/resole there)`,
      },
    );
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
