import { type Artefact, DistroInput } from '@resole/protocol';
import { folderProblems, measureArtefact } from './artefacts.ts';
import { findNamed } from './find.ts';
import type { Checked, Kind } from './kind.ts';
import type { Problem } from './problems.ts';
import { optionProblems } from './references.ts';

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
  if (fields.tree !== undefined) problems.push(...(await folderProblems('tree', fields.tree)));
  return { changes, problems };
};

/** What each family can't do without. */
const familyProblems = ({ family, image, tree }: Partial<DistroInput>): Problem[] => {
  if (family === 'image' && image === undefined) {
    return [{ field: 'image', problem: 'is missing: it is what the image family installs' }];
  }
  if (family === 'fai' && tree === undefined) {
    return [{ field: 'tree', problem: 'is missing: FAI fetches its root file system from there' }];
  }
  return [];
};

export const distroKind: Kind<DistroInput> = {
  noun: 'distro',
  prefix: 'dst',
  schema: DistroInput,
  collection: (store) => store.distros,
  find: (distros, ref) => findNamed('distro', distros, ref),
  measure,
  check: (fields, world) => ({
    changes: {},
    problems: [...familyProblems(fields), ...optionProblems(fields, world)],
  }),
  users: (distro, { profiles }) =>
    profiles.filter((one) => one.distro === distro.id).map((one) => `profile ${one.name}`),
};
