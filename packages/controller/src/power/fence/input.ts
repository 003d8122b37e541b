/** The lines that a fence agent reads from standard input. Pure. */
import type { PowerTarget } from '../driver.ts';
import { notConfigured } from '../failures.ts';
import type { FenceMetadata, FenceParameter } from './metadata.ts';
import { isSecret, knowsUsers, passwordParameter, secretElsewhere } from './secrets.ts';

/** Ours to say. */
const reserved = new Set(['action', 'option', 'help', 'version', 'verbose', 'debug', 'debug_file']);

const problemOf = (
  name: string,
  value: string,
  parameter: FenceParameter | undefined,
  metadata: FenceMetadata,
  options: PowerTarget['options'],
): string | undefined => {
  if (parameter === undefined) {
    return `${metadata.name} knows no option ${name}: ${Object.keys(metadata.parameters)
      .filter((each) => !reserved.has(each) && !isSecret(each))
      .join(', ')}`;
  }
  if (reserved.has(name)) return `option ${name} is Resole's to set`;
  if (isSecret(name)) return secretElsewhere(metadata, name, options);
  if (/[\n\r]/.test(value)) return `option ${name} must be one line`;
  if (parameter.type === 'integer' || parameter.type === 'second') {
    return /^-?\d+$/.test(value) ? undefined : `option ${name} must be a number`;
  }
  if (parameter.type === 'boolean') {
    return /^(0|1|true|false|on|off|yes|no)$/i.test(value)
      ? undefined
      : `option ${name} must be true or false`;
  }
  if (parameter.choices !== undefined && !parameter.choices.includes(value)) {
    return `option ${name} must be one of ${parameter.choices.join(', ')}`;
  }
  return undefined;
};

/** The first of the names that the agent has: newer ones and those that they took the place of. */
const named = ({ parameters }: FenceMetadata, ...names: string[]): string | undefined =>
  names.find((name) => parameters[name] !== undefined);

/** What is a field of the system's power, not an option. */
const askedAs = (name: string, secret: string | undefined): string | undefined => {
  if (name === secret) return 'the password';
  if (name === 'ip') return 'the address';
  return name === 'username' ? 'the user' : undefined;
};

/**
 * @param options the target's without `program`.
 * @returns `key=value` lines.
 * @throws ResoleError `power-not-configured` with everything that is wrong.
 */
export const fenceInput = (
  target: PowerTarget,
  options: PowerTarget['options'],
  metadata: FenceMetadata,
  action: string,
): string => {
  const problems: string[] = [];
  const lines = new Map<string, string>();
  for (const [name, raw] of Object.entries(options)) {
    const value = String(raw);
    const problem = problemOf(name, value, metadata.parameters[name], metadata, options);
    if (problem === undefined) lines.set(name, value);
    else problems.push(problem);
  }
  const field = (value: string | number | undefined, what: string, ...names: string[]) => {
    if (value === undefined) return;
    const name = named(metadata, ...names);
    if (name === undefined) problems.push(`${metadata.name} takes no ${what}`);
    else lines.set(name, String(value));
  };
  field(target.address, 'address', 'ip', 'ipaddr');
  field(target.port, 'port', 'ipport');
  field(target.user, 'user', 'username', 'login');
  const secret = passwordParameter(metadata, options);
  field(target.password, 'password', ...(secret === undefined ? [] : [secret]));
  if (target.user !== undefined && !knowsUsers(metadata, options)) {
    problems.push(`${metadata.name} takes a user with option snmp_version=3 only`);
  }
  for (const [name, parameter] of Object.entries(metadata.parameters)) {
    const given = lines.has(name) || lines.has(parameter.obsoletes ?? '');
    if (
      parameter.required &&
      !parameter.deprecated &&
      parameter.default === undefined &&
      !given &&
      !reserved.has(name)
    ) {
      problems.push(
        `${metadata.name} needs ${askedAs(name, secret) ?? `option ${name}`}: ${parameter.about}`,
      );
    }
  }
  if (problems.length > 0) throw notConfigured(target, problems.join('; '));
  // Both are agents' own waiting; whether an act came true we find out ourselves.
  if (metadata.parameters.power_wait !== undefined && !lines.has('power_wait'))
    lines.set('power_wait', '0');
  return [`action=${action}`, ...[...lines].map(([name, value]) => `${name}=${value}`), ''].join(
    '\n',
  );
};
