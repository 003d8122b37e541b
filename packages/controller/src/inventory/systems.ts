import { SystemInput } from '@resole/protocol';
import { findSystem } from './find.ts';
import { type Checked, type Kind, nothing } from './kind.ts';
import type { Problem } from './problems.ts';
import { optionProblems, reference } from './references.ts';
import type { World } from './world.ts';

/** A MAC tells which machine is meant, so it belongs to one system only. */
const macProblems = (macs: readonly string[], world: World, self: string | undefined): Problem[] =>
  macs.flatMap((mac, index) => {
    const owner = world.systems.find((system) => system.id !== self && system.macs?.includes(mac));
    const problem = `belongs to system ${owner?.name} already`;
    return owner === undefined ? [] : [{ field: `macs.${index}`, problem, value: mac }];
  });

const check = (
  fields: Partial<SystemInput>,
  world: World,
  self: string | undefined,
): Checked<SystemInput> => {
  const changes: Partial<SystemInput> = {};
  const problems = [
    ...macProblems(fields.macs ?? [], world, self),
    ...optionProblems(fields, world),
  ];
  if (fields.profile !== undefined) {
    const profile = reference('profile', 'profile', fields.profile, world.profiles);
    changes.profile = profile.id;
    problems.push(...profile.problems);
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
  users: (system, { jobs, agents }) => [
    ...jobs
      .filter((job) => job.system === system.id)
      .map((job) => `job ${job.id}, which is ${job.state}`),
    ...agents
      .filter((agent) => agent.system === system.id)
      .map((agent) => `agent ${agent.id} (resole agent revoke ${agent.id})`),
  ],
};
