/** `resole-agent run`: the service. Enrols by itself where it can, then serves its controller. */
import { readFile } from 'node:fs/promises';
import { ResoleError } from '@resole/protocol';
import { enroll } from '../enroll.ts';
import { follow, run } from '../exec.ts';
import { removeLeftEntries } from '../executors/efi/leftovers.ts';
import { executors } from '../executors/index.ts';
import { readFacts } from '../facts.ts';
import { removeDurably } from '../files/durable.ts';
import { guestOrders } from '../guest-orders.ts';
import { type Identity, jobKeyOf, ownKey, readIdentity } from '../identity.ts';
import { becomeInstance } from '../instance.ts';
import { openJournal } from '../journal.ts';
import { AgentLoop } from '../loop.ts';
import { restingMemory } from '../memory.ts';
import { factsReader } from '../recent-facts.ts';
import type { JournalRecord } from '../record.ts';
import { isOver, leave } from '../temporary.ts';
import { tend } from '../tend.ts';
import { decorrelated } from '../transport/backoff.ts';
import { webSocketTransport } from '../transport/ws.ts';
import { AGENT_VERSION } from '../version.ts';
import { machineContext, readBootId, type World } from '../world.ts';
import { finishAlone } from './alone.ts';

export async function runService(world: World, signal: AbortSignal): Promise<void> {
  const { config, clock, log } = world;
  let loop: AgentLoop | undefined;
  let identity: Identity | undefined;
  const stirred = restingMemory(() => loop?.status().job !== undefined, log);
  if ((await readIdentity(config.stateDir)) === undefined) await finishAlone(world, signal);
  const instance = await becomeInstance(config.stateDir, () => ({
    pid: process.pid,
    version: AGENT_VERSION,
    ...(identity ? { controller: identity.controller, system: identity.systemName } : {}),
    ...(loop?.status() ?? { connected: false, waiting: 0 }),
  }));
  try {
    const journal = await openJournal(config.stateDir);
    identity = await enrolled(world, signal);
    const { agent, system, caPem } = identity;
    const bootId = await readBootId();
    const self = { agent, system, jobKey: jobKeyOf(identity) };
    const facts = factsReader(() => readFacts({ stateDir: config.stateDir }).finally(stirred));
    const context = machineContext(world, {
      caPem,
      facts,
      online: () => loop?.status().connected === true,
    });
    loop = new AgentLoop({
      self,
      journal,
      executors,
      bootId,
      clock,
      log,
      recent: world.recent,
      facts: facts.read,
      guestOrder: guestOrders({ self, journal, run, log }),
      context: (...given) => {
        stirred();
        return context(...given);
      },
    });
    const transport = webSocketTransport({
      // The address may have moved since enrolment; the CA says whether it is the same controller.
      controller: config.controller ?? identity.controller,
      caPem,
      key: await ownKey(config.stateDir),
      agent,
      bootId,
      clock,
      log,
    });
    if (config.temporary === undefined) {
      const tell = loop.tell.bind(loop);
      const tending = tend(journal, { run, follow, clock, log, tell }, signal);
      await Promise.all([loop.run(transport, signal), tending]);
      return;
    }
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    await Promise.all([
      loop.run(transport, stop),
      visit(world, () => journal.record, stop).finally(() => over.abort()),
    ]);
    if (!signal.aborted) await leave(config.temporary, run);
  } finally {
    instance.close();
  }
}

/** How often a visitor looks whether it may go. */
const VISIT_MS = 3_000;

/** Ends when nothing more is to be done on this machine. */
async function visit(
  { clock, log }: World,
  record: () => JournalRecord,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = clock.now();
  while (!isOver(record(), startedAt, clock.now())) {
    await clock.sleep(VISIT_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
  }
  log('info', 'the visit is over: the agent removes itself');
}

/** Who this agent is; enrols first where it is nobody yet, as often as it takes. */
async function enrolled(world: World, signal: AbortSignal): Promise<Identity> {
  const { config, clock, log } = world;
  const backoff = decorrelated();
  let lastProblem = '';
  for (;;) {
    signal.throwIfAborted();
    // Looked at each time: `resole-agent enroll` may have enrolled it meanwhile.
    const known = await readIdentity(config.stateDir);
    if (known !== undefined) {
      if (config.joinTokenFile) await removeDurably(config.joinTokenFile);
      return known;
    }
    try {
      await enrollByFile(world);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      log(problem === lastProblem ? 'debug' : 'error', `not enrolled: ${problem}`);
      lastProblem = problem;
      await clock.sleep(backoff.next(), signal);
    }
  }
}

async function enrollByFile({ config, log }: World): Promise<void> {
  const { controller, joinTokenFile, stateDir } = config;
  if (controller === undefined || joinTokenFile === undefined) {
    throw new ResoleError('agent-not-enrolled', 'this machine is not enrolled', {
      remedy: 'resole-agent enroll --controller https://… --token-file FILE',
    });
  }
  const token = await readFile(joinTokenFile, 'utf8').catch((cause) => {
    throw new ResoleError('file-unreadable', `no join token in ${joinTokenFile}`, { cause });
  });
  const facts = () => readFacts({ stateDir });
  const identity = await enroll({ controller, token, stateDir, facts });
  log('info', `enrolled at ${controller} as ${identity.systemName}`);
  // Of the job that installed this OS, or of one before. No loss where there is no such firmware.
  const gone = await removeLeftEntries(run).catch(() => []);
  for (const label of gone) log('info', `boot entry "${label}" of the firmware removed`);
}
