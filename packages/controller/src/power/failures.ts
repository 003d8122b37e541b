/** The errors of power drivers, in the words that people see. */
import { type ErrorCode, ResoleError } from '@resole/protocol';
import type { PowerTarget } from './driver.ts';

/** Where a target is, as people call it. */
export const placeOf = ({ address, port, name }: PowerTarget): string =>
  address === undefined
    ? `the power system of ${name}`
    : `${address.includes(':') ? `[${address}]` : address}${port === undefined ? '' : `:${port}`}`;

const make =
  (code: ErrorCode, problem: (place: string, target: PowerTarget) => string, remedy: string) =>
  (target: PowerTarget, detail?: string, cause?: unknown): ResoleError =>
    new ResoleError(
      code,
      `${problem(placeOf(target), target)}${detail === undefined || detail === '' ? '' : `: ${detail}`}`,
      { remedy: remedy.replaceAll('SYSTEM', target.name), cause },
    );

export const unreachable = make(
  'power-unreachable',
  (place) => `${place} does not answer`,
  'look at the address, the port and the network between; `resole system edit SYSTEM --power-address …`',
);
export const wrongPassword = make(
  'power-wrong-password',
  (place, { user }) =>
    `${place} does not accept the password${user === undefined ? '' : ` of ${user}`}, or doesn't know the user`,
  'give the right ones: `resole system edit SYSTEM --power-user USER --power-password-file FILE`',
);
export const wrongCipher = make(
  'power-wrong-cipher',
  (place) => `${place} does not speak that cipher suite`,
  'give one that it speaks, 3 for old BMCs: `resole system edit SYSTEM --power-option cipherSuite=3`',
);
export const noPrivilege = make(
  'power-no-privilege',
  (place, { user }) => `${place} does not let ${user ?? 'this user'} do that`,
  'give the user the privilege OPERATOR on the BMC, or name another user; `--power-option privilege=…` says what is asked for',
);
export const untrusted = make(
  'power-untrusted',
  (place) => `the certificate of ${place} is not trusted`,
  'pin it if it is the right one: `resole system edit SYSTEM --power-option certificate=SHA256`; or `--power-option insecure=true` to trust any',
);
export const isOff = make(
  'power-is-off',
  (_, { name }) => `${name} is off`,
  'switch it on: `resole power on SYSTEM`',
);
export const notSupported = make(
  'power-not-supported',
  (place) => `${place} can't do that`,
  'docs/power.md says which driver can do what',
);
export const failed = make(
  'power-failed',
  (place) => `${place} refused`,
  '`resole power test SYSTEM` looks further',
);

/** Something is missing or wrong in the system's `power`. */
export const notConfigured = (
  target: PowerTarget,
  problem: string,
  remedy = `see docs/power.md; \`resole system edit ${target.name} --power-driver … --power-address …\``,
): ResoleError => new ResoleError('power-not-configured', `${target.name}: ${problem}`, { remedy });

/** What is not changed by asking again. */
export const isFinal = (error: unknown): boolean =>
  !(error instanceof ResoleError && error.code === 'power-unreachable');
