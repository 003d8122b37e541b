import { ProfileInput } from '@resole/protocol';
import type { Store } from '../store/store.ts';
import { findNamed } from './find.ts';
import { type Checked, type Kind, nothing } from './kind.ts';
import type { Problem } from './problems.ts';
import { checkOptions, reference } from './references.ts';
import type { World } from './world.ts';

/** Whether the profile `self` is `parent` or one of its ancestors. */
const isAncestor = async (store: Store, self: string, parent: string): Promise<boolean> => {
  const seen = new Set<string>();
  let next: string | undefined = parent;
  while (next !== undefined && !seen.has(next)) {
    if (next === self) return true;
    seen.add(next);
    next = (await store.profiles.get(next))?.parent;
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

const check = async (
  fields: Partial<ProfileInput>,
  world: World,
  self: string | undefined,
): Promise<Checked<ProfileInput>> => {
  const { store } = world;
  const options = await checkOptions(fields, world);
  const changes: Partial<ProfileInput> = { ...options.changes };
  const problems = [...originProblems(fields), ...options.problems];
  if (fields.distro !== undefined) {
    const distro = await reference('distro', 'distro', fields.distro, store.distros);
    changes.distro = distro.id;
    problems.push(...distro.problems);
  }
  if (fields.parent !== undefined) {
    const parent = await reference('parent', 'profile', fields.parent, store.profiles);
    changes.parent = parent.id;
    problems.push(...parent.problems);
    if (self !== undefined && (await isAncestor(store, self, parent.id))) {
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
  find: (store, ref) => findNamed('profile', store.profiles, ref),
  measure: async () => nothing,
  check,
  unique: () => [],
};
