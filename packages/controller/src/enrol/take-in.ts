import {
  type Agent,
  type EnrolmentReply,
  type EnrolmentRequest,
  ResoleError,
  type System,
} from '@resole/protocol';
import { newId, stamped } from '../store/stored.ts';
import { update } from '../store/update.ts';
import { keepFacts } from './facts.ts';
import type { EnrolDeps } from './ports.ts';

/**
 * Makes the system's new agent.
 * @param returnOf the reinstall that it comes back from
 */
export const takeIn = async (
  { store, now }: EnrolDeps,
  { publicKey, facts }: EnrolmentRequest,
  system: System,
  returnOf?: string,
): Promise<Agent> => {
  const agent: Agent = stamped(
    {
      id: newId('agt'),
      system: system.id,
      publicKey,
      revoked: false,
      version: facts.agentVersion,
      bootId: facts.bootId,
      ...(returnOf === undefined ? {} : { returnOf }),
    },
    now(),
  );
  await store.agents.create(agent);
  return agent;
};

/**
 * What an enrolment leads to, beside the agent itself: the agents before it are out, and the
 * machine's facts are kept. To be done at each asking, for a crash may have come in between.
 * @param isNew it was made just now, so that every other one was before it
 */
export const settle = async (
  { store, drop, now, jobKeySpki }: EnrolDeps,
  agent: Agent,
  { facts }: EnrolmentRequest,
  system: System,
  isNew: boolean,
): Promise<EnrolmentReply> => {
  for (const { id } of await store.agents.by('reference', system.id)) {
    // Ids sort as they were made: one that came later has taken over from this one.
    if (id === agent.id || (id > agent.id && !isNew)) continue;
    await update(store.agents, id, { revoked: true }, now());
    drop(id, new ResoleError('agent-revoked', 'another agent took over this system'));
  }
  await keepFacts(store, system.id, facts, now());
  return { agent: agent.id, system: system.id, systemName: system.name, jobKey: jobKeySpki };
};
