/** What kind of file a rendered text is: by its name, and by how it begins. */

export type FileKind =
  | 'kickstart'
  | 'esxi'
  | 'preseed'
  | 'cloud-config'
  | 'yaml'
  | 'json'
  | 'agama'
  | 'xml'
  | 'autoyast'
  | 'unattend'
  | 'disk-config'
  | 'package-config'
  | 'bash'
  | 'sh'
  | 'python'
  | 'other';

/** XML by its namespace, wherever it comes from. */
const byNamespace: readonly (readonly [RegExp, FileKind])[] = [
  [/\bxmlns="http:\/\/www\.suse\.com\/1\.0\/yast2ns"/, 'autoyast'],
  [/\bxmlns="urn:schemas-microsoft-com:unattend"/, 'unattend'],
];

/** Files of FAI's configuration space, by their folder. */
const byFolder: readonly (readonly [RegExp, FileKind])[] = [
  [/(^|\/)disk_config\/[^/]+$/, 'disk-config'],
  [/(^|\/)package_config\/[^/]+$/, 'package-config'],
];

/** Answer files of these families that no name tells from others. */
const byFamily: Readonly<Partial<Record<string, FileKind>>> = {
  anaconda: 'kickstart',
  esxi: 'esxi',
};

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
export const kindOf = (name: string, text: string, family = ''): FileKind => {
  const found = (table: readonly (readonly [RegExp, FileKind])[], where: string) =>
    table.find(([pattern]) => pattern.test(where))?.[1];
  const started = found(byStart, text);
  if (started === 'xml') return found(byNamespace, text) ?? 'xml';
  if (started !== undefined) return started;
  const isAnswer = !name.endsWith('boot-args');
  if (isAnswer && byFamily[family] !== undefined) return byFamily[family];
  const foldered = family === 'fai' ? found(byFolder, name) : undefined;
  const named = foldered ?? found(byName, name);
  if (named === 'xml') return found(byNamespace, text) ?? 'xml';
  if (named === 'json' && family === 'agama') return 'agama';
  if (named !== undefined) return named;
  return isAnswer && family === 'debian-installer' ? 'preseed' : 'other';
};
