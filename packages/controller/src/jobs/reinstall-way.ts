import type { ReinstallRequest, System } from '@resole/protocol';
import type { ReinstallIntent } from '../plan/intent.ts';
import { netbootSwitch } from '../plan/switch.ts';
import type { JobServiceDeps } from './service-ports.ts';

type Deps = Pick<JobServiceDeps, 'agentOf' | 'isOnline' | 'storedFacts' | 'target'>;

/** Who starts the installer: the machine's agent, its firmware or a person, and for people why that. */
type Way =
  | { by: 'agent'; method: ReinstallIntent['method'] }
  | { by: 'firmware' | 'hand'; reason: string };

/** `auto` takes the agent wherever one is connected: it can check the machine first. */
export const reinstallWay = async (
  deps: Deps,
  { method, profile }: Pick<ReinstallRequest, 'method' | 'profile'>,
  system: System,
): Promise<Way> => {
  if (method === 'pxe') return { by: 'firmware', reason: 'by network boot, as was asked for' };
  if (method === 'manual') return { by: 'hand', reason: 'by hand, from its medium' };
  const byAgent = { by: 'agent', method } as const;
  if (method !== 'auto') return byAgent;
  const agent = await deps.agentOf(system);
  if (agent !== undefined && deps.isOnline(agent.id)) return byAgent;
  const driver = netbootSwitch(system, await deps.storedFacts(system));
  if (driver === undefined) return byAgent;
  const { options } = await deps.target(system, profile);
  if (options.netboot === false) return byAgent;
  const why = agent === undefined ? 'has no agent' : 'has an agent that is not connected';
  const reason = `by network boot: ${system.name} ${why}, and ${driver} can order one`;
  return { by: 'firmware', reason };
};
