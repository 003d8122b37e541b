/** An object as it stands in a document: what operators write, references by name. */
import type { Inventory } from '../inventory/inventory.ts';
import { isMapping, type Mapping } from '../inventory/merge.ts';
import { type DocumentNoun, nounEntries } from './nouns.ts';

/** Id → name, of everything that can be referred to. */
export type Names = ReadonlyMap<string, string>;

export const namesOf = async (inventory: Inventory): Promise<Names> => {
  const names = new Map<string, string>();
  for (const [, { service }] of nounEntries) {
    for (const { id, name } of await service(inventory).list()) {
      if (id !== undefined) names.set(id, name);
    }
  }
  return names;
};

/** What is found by looking at the file is not written. */
const unmeasured = (artefact: unknown): unknown => {
  if (!isMapping(artefact)) return artefact;
  const { size: _, sha256: __, ...rest } = artefact;
  return rest;
};

/** Passwords leave the controller in no form. */
const withoutPassword = (power: unknown): unknown => {
  if (!isMapping(power)) return power;
  const { password: _, hasPassword: __, ...rest } = power;
  return rest;
};

const rewriters: Readonly<Record<string, (value: unknown, names: Names) => unknown>> = {
  kernel: unmeasured,
  initrd: unmeasured,
  image: unmeasured,
  file: unmeasured,
  power: withoutPassword,
  distro: nameOf,
  parent: nameOf,
  profile: nameOf,
  virtHost: nameOf,
  repos: (ids, names) => (Array.isArray(ids) ? ids.map((id) => nameOf(id, names)) : ids),
  virt: (virt, names) =>
    isMapping(virt) && virt.image !== undefined
      ? { ...virt, image: nameOf(virt.image, names) }
      : virt,
};

function nameOf(id: unknown, names: Names): unknown {
  return typeof id === 'string' ? (names.get(id) ?? id) : id;
}

/** The fields of an object, without its name, in the order that the schema has them. */
export const written = (object: object, order: readonly string[], names: Names): Mapping => {
  const fields: Mapping = { ...object };
  return Object.fromEntries(
    order
      .filter((field) => field !== 'name' && fields[field] !== undefined)
      .map((field) => [field, rewriters[field]?.(fields[field], names) ?? fields[field]]),
  );
};

export const fieldsOf = ({ input }: DocumentNoun): string[] => Object.keys(input.shape);
