import { ResoleError, type System } from '@resole/protocol';
import { outOfService } from '../inventory/systems.ts';
import type { Store } from '../store/store.ts';
import { update } from '../store/update.ts';

interface RetireDeps {
  store: Pick<Store, 'systems' | 'agents'>;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  /** Ends the session of an agent. */
  drop(agent: string, error: ResoleError): void;
  now(): Date;
  /** Told of a system that was in service before. */
  retired(before: System, after: System): Promise<void>;
}

/** Out of service: kept and marked, no network boot, its agents never let in again. */
export const retire = async (deps: RetireDeps, id: string): Promise<void> => {
  const { store, now } = deps;
  const { before, after } = await deps.exclusively(async () => ({
    before: await store.systems.get(id),
    after: await update(store.systems, id, outOfService, now()),
  }));
  // After a restart this is done again.
  if (before !== undefined && !before.decommissioned) await deps.retired(before, after);
  for (const { id: agent } of await store.agents.by('reference', id)) {
    await update(store.agents, agent, { revoked: true }, now());
    deps.drop(agent, new ResoleError('agent-revoked', 'its system is out of service'));
  }
};
