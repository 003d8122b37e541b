/** Which files an answer file consists of. */
import type { Templates } from './environment.ts';

/** The files that cloud-init (and Ubuntu's installer) fetches from one address. */
const seed = ['user-data', 'meta-data', 'vendor-data', 'network-config'] as const;

/** A template reference that ends in a slash is a folder of templates: a configuration space. */
export const isSpace = (reference: string): boolean => reference.endsWith('/');

/** Below a folder, but not part of its space. */
const bootArgs = 'boot-args';

/**
 * File → template.
 * - Of a folder (`fai/`): everything below it, but for boot arguments and what begins with `_`,
 *   which is there to be included.
 * - Of a cloud-init seed: `user-data` is the template itself, and the others are those beside it, or
 *   beside the family's own answer file.
 * - Of anything else: one file, named as the template is.
 * @param usual the family's own answer file
 */
export const partsOf = (
  reference: string,
  templates: Templates,
  usual?: string,
): Record<string, string> => {
  if (isSpace(reference)) return spaceParts(reference, templates);
  const name = basename(reference);
  const isSeed = name === 'user-data' || (usual !== undefined && basename(usual) === 'user-data');
  if (!isSeed) return { [name]: reference };
  const folders = [folderOf(reference), ...(usual === undefined ? [] : [folderOf(usual)])];
  const others = seed.slice(1).flatMap((part): [string, string][] => {
    const template = folders
      .map((folder) => `${folder}${part}`)
      .find((each) => Object.hasOwn(templates, each));
    return template === undefined ? [] : [[part, template]];
  });
  return { 'user-data': reference, ...Object.fromEntries(others) };
};

const spaceParts = (prefix: string, templates: Templates): Record<string, string> => {
  const names = Object.keys(templates)
    .filter((name) => name.startsWith(prefix) && name !== `${prefix}${bootArgs}`)
    .filter((name) => !name.split('/').some((part) => part.startsWith('_')))
    .sort();
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), name]));
};

const basename = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** With its slash; nothing for a template that is in no folder. */
const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);
