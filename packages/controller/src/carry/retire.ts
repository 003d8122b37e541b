import { ResoleError } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { update } from '../store/update.ts';

interface RetireDeps {
  store: Pick<Store, 'systems' | 'agents'>;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  /** Ends the session of an agent. */
  drop(agent: string, error: ResoleError): void;
  now(): Date;
}

/** Out of service: kept and marked, no network boot, its agents never let in again. */
export const retire = async (deps: RetireDeps, id: string): Promise<void> => {
  const { store, now } = deps;
  await deps.exclusively(() =>
    update(store.systems, id, { decommissioned: true, netboot: false }, now()),
  );
  for (const { id: agent } of await store.agents.by('reference', id)) {
    await update(store.agents, agent, { revoked: true }, now());
    deps.drop(agent, new ResoleError('agent-revoked', 'its system is out of service'));
  }
};
