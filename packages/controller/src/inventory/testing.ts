import { memoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { type Inventory, openInventory } from './inventory.ts';

/** An inventory on a store in memory, for tests, with a distro `debian` and a profile `base`. */
export const testInventory = async (): Promise<{
  store: Store;
  inventory: Inventory;
  /** Agents that a removal took along. */
  agentsGone: string[];
}> => {
  const store = memoryStore();
  const agentsGone: string[] = [];
  const shipped = { 'linux/boot-args': 'quiet', 'fai/space/class/10-disk': '' };
  const now = () => new Date('2026-01-02T03:04:05.678Z');
  const agentGone = (id: string) => agentsGone.push(id);
  const inventory = openInventory(store, shipped, now, { agentGone });
  // Any file that is there will do as a kernel.
  const file = { path: import.meta.filename };
  await inventory.distros.add({
    name: 'debian',
    family: 'linux',
    breed: 'debian',
    version: '13',
    arch: 'x86_64',
    kernel: file,
    initrd: file,
  });
  await inventory.profiles.add({ name: 'base', distro: 'debian' });
  return { store, inventory, agentsGone };
};

/** What a refused write says: the fields with their problems, or the message where it is one thing. */
export const refusalOf = async (write: Promise<unknown>): Promise<unknown> => {
  const error = await write.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (typeof error !== 'object' || error === null || !('details' in error)) return error;
  const details = error.details as { field: string; problem: string }[];
  return details.map(({ field, problem }) => `${field}: ${problem}`);
};
