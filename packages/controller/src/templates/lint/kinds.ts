/** What kind of file a rendered text is: by its name, and by how it begins. */

export type FileKind =
  | 'kickstart'
  | 'preseed'
  | 'cloud-config'
  | 'yaml'
  | 'json'
  | 'xml'
  | 'bash'
  | 'sh'
  | 'python'
  | 'other';

const byName: readonly (readonly [RegExp, FileKind])[] = [
  [/(^|\/)preseed\.cfg$|\.(preseed|seed)$/, 'preseed'],
  [/\.xml$/, 'xml'],
  [/\.json$/, 'json'],
  [/\.ya?ml$|(^|\/)(meta-data|network-config)$/, 'yaml'],
];

const byStart: readonly (readonly [RegExp, FileKind])[] = [
  [/^#!.*\bbash\b/, 'bash'],
  [/^#!.*\b(da)?sh\b/, 'sh'],
  [/^#!.*\bpython/, 'python'],
  [/^#cloud-config\b/, 'cloud-config'],
  [/^\s*<\?xml\b/, 'xml'],
];

/**
 * @param family decides where a name does not: `ks.cfg` is a kickstart of anaconda, and ESXi's are
 *   written in another language
 */
export const kindOf = (name: string, text: string, family?: string): FileKind => {
  const started = byStart.find(([pattern]) => pattern.test(text))?.[1];
  if (started !== undefined) return started;
  if (family === 'anaconda' && !name.endsWith('boot-args')) return 'kickstart';
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== undefined) return named;
  if (family === 'debian-installer' && !name.endsWith('boot-args')) return 'preseed';
  return 'other';
};
