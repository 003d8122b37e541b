import { type Artefact, DistroInput, type Family } from '@resole/protocol';
import { folderProblems, measureArtefact } from './artefacts.ts';
import { findNamed } from './find.ts';
import type { Checked, Kind } from './kind.ts';
import type { Problem } from './problems.ts';
import { checkOptions } from './references.ts';

/** The artefacts among the fields with size and checksum, and what is wrong with files and folders. */
const measure = async (fields: Partial<DistroInput>): Promise<Checked<DistroInput>> => {
  const changes: Partial<DistroInput> = {};
  const problems: Problem[] = [];
  const filled = async <T extends Artefact>(field: string, artefact: T): Promise<T> => {
    const measured = await measureArtefact(field, artefact);
    problems.push(...measured.problems);
    return measured.artefact;
  };
  if (fields.kernel !== undefined) changes.kernel = await filled('kernel', fields.kernel);
  if (fields.initrd !== undefined) changes.initrd = await filled('initrd', fields.initrd);
  if (fields.image !== undefined) changes.image = await filled('image', fields.image);
  // A tree that stays elsewhere is the installer's to reach, not the controller's.
  if (fields.tree?.startsWith('/')) problems.push(...(await folderProblems('tree', fields.tree)));
  return { changes, problems };
};

const boots = {
  kernel: 'the installer is booted from it',
  initrd: 'the installer is booted with it',
} as const;
const fromTree = { tree: 'the installer is booted from it' } as const;

/** What each family can't do without, and why. */
const needs: Readonly<Record<Family, Partial<Record<keyof DistroInput, string>>>> = {
  image: { ...boots, image: 'it is what the image family installs' },
  fai: { ...boots, tree: 'FAI fetches its root file system from there' },
  'debian-installer': boots,
  subiquity: boots,
  anaconda: boots,
  autoyast: boots,
  agama: boots,
  linux: boots,
  windows: fromTree,
  esxi: fromTree,
  freebsd: fromTree,
};

const familyProblems = (fields: Partial<DistroInput>): Problem[] => {
  const needed = fields.family === undefined ? {} : needs[fields.family];
  const given: Readonly<Record<string, unknown>> = fields;
  return Object.entries(needed)
    .filter(([field]) => given[field] === undefined)
    .map(([field, why]) => ({ field, problem: `is missing: ${why}` }));
};

export const distroKind: Kind<DistroInput> = {
  noun: 'distro',
  prefix: 'dst',
  schema: DistroInput,
  collection: (store) => store.distros,
  find: (store, ref) => findNamed('distro', store.distros, ref),
  measure,
  check: async (fields, world) => {
    const options = await checkOptions(fields, world);
    return { ...options, problems: [...familyProblems(fields), ...options.problems] };
  },
  unique: () => [],
};
