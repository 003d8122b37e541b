import { type Profile, ProfileInput } from '@resole/protocol';
import { findNamed } from './find.ts';
import { type Checked, type Kind, nothing } from './kind.ts';
import type { Problem } from './problems.ts';
import { optionProblems, reference } from './references.ts';
import type { World } from './world.ts';

/** Whether the profile `self` is `parent` or one of its ancestors. */
const isAncestor = (profiles: readonly Profile[], self: string, parent: string): boolean => {
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const seen = new Set<string>();
  let next: string | undefined = parent;
  while (next !== undefined && !seen.has(next)) {
    if (next === self) return true;
    seen.add(next);
    next = byId.get(next)?.parent;
  }
  return false;
};

const originProblems = ({ distro, parent }: Partial<ProfileInput>): Problem[] => {
  if ((distro === undefined) !== (parent === undefined)) return [];
  return [
    {
      field: distro === undefined ? 'distro' : 'parent',
      problem:
        distro === undefined
          ? 'is missing: a profile has a distro, or a parent profile'
          : 'a profile has a distro or a parent profile, not both',
      remedy: 'give exactly one of "distro" and "parent"; null takes a field away',
    },
  ];
};

const check = (
  fields: Partial<ProfileInput>,
  world: World,
  self: string | undefined,
): Checked<ProfileInput> => {
  const changes: Partial<ProfileInput> = {};
  const problems = [...originProblems(fields), ...optionProblems(fields, world)];
  if (fields.distro !== undefined) {
    const distro = reference('distro', 'distro', fields.distro, world.distros);
    changes.distro = distro.id;
    problems.push(...distro.problems);
  }
  if (fields.parent !== undefined) {
    const parent = reference('parent', 'profile', fields.parent, world.profiles);
    changes.parent = parent.id;
    problems.push(...parent.problems);
    if (self !== undefined && isAncestor(world.profiles, self, parent.id)) {
      problems.push({
        field: 'parent',
        problem: 'a profile cannot inherit from itself, nor from its own sub-profiles',
        value: fields.parent,
      });
    }
  }
  return { changes, problems };
};

export const profileKind: Kind<ProfileInput> = {
  noun: 'profile',
  prefix: 'prf',
  schema: ProfileInput,
  collection: (store) => store.profiles,
  find: (profiles, ref) => findNamed('profile', profiles, ref),
  measure: async () => nothing,
  check,
  users: (profile, { profiles, systems }) => [
    ...profiles.filter((one) => one.parent === profile.id).map((one) => `profile ${one.name}`),
    ...systems.filter((one) => one.profile === profile.id).map((one) => `system ${one.name}`),
  ],
};
