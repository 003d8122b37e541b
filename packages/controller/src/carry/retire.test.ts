import type { ResoleError, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { makeSystem } from '../power/testing.ts';
import { memoryStore } from '../store/memory.ts';
import { newId, stamped } from '../store/stored.ts';
import { retire } from './retire.ts';

test('a system that is retired is kept and marked, and its agent never let in again', async () => {
  const store = memoryStore();
  const [system, other] = [makeSystem('web1'), makeSystem('web2')];
  const agents = [system, other].map(({ id }) =>
    stamped({ id: newId('agt'), system: id, publicKey: id, revoked: false }, new Date(0)),
  );
  for (const each of [system, other]) await store.systems.create(each);
  for (const agent of agents) await store.agents.create(agent);
  const retired: unknown[] = [];
  const dropped: [string, string][] = [];
  const deps = {
    store,
    exclusively: <T>(task: () => Promise<T>) => task(),
    drop: (agent: string, error: ResoleError) => dropped.push([agent, error.code]),
    now: () => new Date(1),
    retired: async (before: System, after: System) =>
      void retired.push([before.decommissioned, after.decommissioned]),
  };
  // As after a restart in the middle: it is done again.
  for (const _ of [1, 2]) await retire(deps, system.id);
  expect(await store.systems.get(system.id)).toMatchObject({
    decommissioned: true,
    netboot: false,
  });
  expect(retired).toEqual([[undefined, true]]);
  expect(dropped).toEqual([[agents[0]?.id, 'agent-revoked']]);
  expect((await store.agents.list()).map(({ revoked }) => revoked)).toEqual([true, false]);
  expect(await store.systems.get(other.id)).toEqual(other);
});
