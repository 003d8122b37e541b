import type { Agent } from '@resole/protocol';
import type { Store } from './store.ts';

/**
 * The system's agent. There is one, but for the moment in which a new one takes over, or the crash
 * in it: then it is the later one, whose machine is the one that is there.
 */
export const agentInForce = async (
  store: Pick<Store, 'agents'>,
  system: string,
): Promise<Agent | undefined> => {
  const agents = await store.agents.by('reference', system);
  return agents.reduce<Agent | undefined>(
    (latest, each) => (latest !== undefined && latest.id > each.id ? latest : each),
    undefined,
  );
};
