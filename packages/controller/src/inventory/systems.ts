import { SystemInput } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { findSystem } from './find.ts';
import { interfaceProblems } from './interfaces.ts';
import { type Checked, type Kind, nothing } from './kind.ts';
import { checkOptions, reference } from './references.ts';
import { uniqueProblems } from './unique.ts';
import type { World } from './world.ts';

/** What a machine that goes out of service is from then on. */
export const outOfService = { decommissioned: true, netboot: false } as const;

/** Whether `self` is `host`, or runs on a guest of its own, however deep. */
const runsOnItself = async (store: Store, self: string, host: string): Promise<boolean> => {
  const seen = new Set<string>();
  let next: string | undefined = host;
  while (next !== undefined && !seen.has(next)) {
    if (next === self) return true;
    seen.add(next);
    next = (await store.systems.get(next))?.virtHost;
  }
  return false;
};

const check = async (
  fields: Partial<SystemInput>,
  world: World,
  self: string | undefined,
): Promise<Checked<SystemInput>> => {
  const { store } = world;
  const options = await checkOptions(fields, world);
  const changes: Partial<SystemInput> = { ...options.changes };
  const problems = [
    ...interfaceProblems(fields.interfaces ?? {}),
    ...(await uniqueProblems(fields, store, self)),
    ...options.problems,
  ];
  if (fields.profile !== undefined) {
    const profile = await reference('profile', 'profile', fields.profile, store.profiles);
    changes.profile = profile.id;
    problems.push(...profile.problems);
  }
  if (fields.virtHost !== undefined) {
    const host = await reference('virtHost', 'system', fields.virtHost, store.systems);
    changes.virtHost = host.id;
    problems.push(...host.problems);
    if (self !== undefined && (await runsOnItself(store, self, host.id))) {
      const problem = 'a guest cannot run on itself, nor on its own guests';
      problems.push({ field: 'virtHost', problem, value: fields.virtHost });
    }
  }
  if (fields.machineUuid !== undefined) changes.machineUuid = fields.machineUuid.toLowerCase();
  return { changes, problems };
};

export const systemKind: Kind<SystemInput> = {
  noun: 'system',
  prefix: 'sys',
  schema: SystemInput,
  collection: (store) => store.systems,
  find: findSystem,
  measure: async () => nothing,
  check,
  unique: ({ decommissioned }) => [
    ...(['hostname', 'machineUuid', 'macs', 'interfaces', 'disk', 'power'] as const),
    // A new machine is in service, and may boot from the network.
    ...(decommissioned ? (['decommissioned', 'netboot'] as const) : []),
  ],
};
