/** The agents' link, and what their messages set in motion. */
import type { Facts } from '@resole/protocol';
import { cameBack } from './carry/firmware.ts';
import { keepFacts } from './enrol/facts.ts';
import type { JobRunner } from './jobs/runner.ts';
import { LinkServer } from './link/server.ts';
import type { Store } from './store/store.ts';
import { revised } from './store/stored.ts';

export interface AgentsLinkDeps {
  store: Store;
  /** Signs what agents are sent, base64url. */
  sign(payload: string): string;
  /** Made after the link, which it sends through. */
  runner(): JobRunner;
  /** New facts of a system may tell how it is switched. */
  learned(system: string, facts: Facts): Promise<void>;
  /** A reinstalled machine's new agent holds a session: its job is won. */
  returned(job: string): Promise<void>;
  /** An agent came or left. */
  online(agent: string, system: string, isOnline: boolean): void;
  log(message: string, fields: Record<string, unknown>): void;
  now(): Date;
}

export const agentsLink = (deps: AgentsLinkDeps): LinkServer => {
  const { store, runner, sign, log, now } = deps;

  const tell = async (agent: string, isOnline: boolean): Promise<void> => {
    const record = await store.agents.get(agent);
    if (record) deps.online(agent, record.system, isOnline);
  };

  const arrived = async (agent: string): Promise<void> => {
    await tell(agent, true);
    await runner().agentConnected(agent);
  };

  return new LinkServer(
    {
      agent: (id) => store.agents.get(id),
      connected: async (agent, version, bootId) => {
        const lastSeen = now().toISOString();
        await store.agents.replace(revised(agent, { version, bootId, lastSeen }, now()));
        if (agent.returnOf) await deps.returned(agent.returnOf);
        for (const job of await cameBack(store, agent, bootId)) {
          await runner().happen(job.id, { type: 'old-agent-returned' });
        }
      },
      left: async (agent) => {
        await tell(agent, false);
        await runner().agentLeft(agent);
      },
      facts: async (agent, facts) => {
        await keepFacts(store, agent.system, facts, now());
        await deps.learned(agent.system, facts);
      },
      event: (agent, message) => runner().agentEvent(agent, message),
      progress: (agent, job, progress) => runner().agentProgress(agent, job, progress),
      sign,
      log,
      now,
    },
    (agent) => {
      void arrived(agent).catch((error) =>
        log('a job could not be sent', { agent, error: String(error) }),
      );
    },
  );
};
