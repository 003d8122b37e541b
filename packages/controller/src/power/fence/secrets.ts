/** Which parameter of a fence agent the password of a system is: the one secret that is kept. Pure. */
import type { PowerTarget } from '../driver.ts';
import type { FenceMetadata } from './metadata.ts';

const words = /passw|passphrase|secret|community|token|api_?key|_kg$/i;

/** Parameters that carry a secret themselves, not the path of a file or program that has it. */
export const isSecret = (name: string): boolean =>
  words.test(name) && !/_(file|script)$/.test(name);

const isSnmp = ({ parameters }: FenceMetadata): boolean => parameters.community !== undefined;

/** SNMP has users and passwords since version 3; before it there is a community. */
export const knowsUsers = (
  metadata: FenceMetadata,
  { snmp_version }: PowerTarget['options'],
): boolean =>
  !isSnmp(metadata) || String(snmp_version ?? metadata.parameters.snmp_version?.default) === '3';

/** Undefined where the agent takes no secret. */
export const passwordParameter = (
  metadata: FenceMetadata,
  options: PowerTarget['options'],
): string | undefined => {
  const { parameters } = metadata;
  if (!knowsUsers(metadata, options)) return 'community';
  const usual = ['password', 'passwd'].find((name) => parameters[name] !== undefined);
  if (usual !== undefined) return usual;
  const secrets = Object.keys(parameters).filter(
    (name) => isSecret(name) && parameters[name]?.deprecated === false,
  );
  return secrets.length === 1 ? secrets[0] : undefined;
};

/** Where a secret goes that was given as an option, which would be kept and shown as it is. */
export const secretElsewhere = (
  metadata: FenceMetadata,
  name: string,
  options: PowerTarget['options'],
): string => {
  const own = passwordParameter(metadata, options);
  const older = metadata.parameters[own ?? '']?.obsoletes;
  if (name === own || name === older) {
    return `option ${name} is secret: give it as the password, --power-password-file`;
  }
  const script = `${name}_script`;
  return metadata.parameters[script] === undefined
    ? `option ${name} is secret, and the one secret that is kept is ${own ?? 'the password'}`
    : `option ${name} is secret: give option ${script}, the path of a program that prints it`;
};
