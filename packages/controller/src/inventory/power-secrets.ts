/**
 * Passwords of power systems at the inventory's border: sealed before anything else sees them,
 * and never shown. What is in the store is read by packages/controller/src/power alone.
 */
import { ResoleError, type System } from '@resole/protocol';
import { isMapping, type Mapping } from './merge.ts';
import type { NounService, Removal } from './service.ts';

/** Puts another `power` into an input that has one; everything else stays as it is. */
const withPower = (input: unknown, change: (power: Mapping) => Mapping): unknown =>
  isMapping(input) && isMapping(input.power) ? { ...input, power: change(input.power) } : input;

/** The system as it is shown: that there is a password, not which. */
const shown = (system: System): System => {
  if (system.power === undefined) return system;
  const { password, hasPassword: _, ...power } = system.power;
  return { ...system, power: password === undefined ? power : { ...power, hasPassword: true } };
};

const shownRemoval = ({ object, ...rest }: Removal<System>): Removal<System> => ({
  ...rest,
  object: shown(object),
});

/** `hasPassword` is ours to say: an object that was read and is sent back whole stays good. */
const kept = ({ hasPassword: _, ...power }: Mapping): Mapping => {
  const { password } = power;
  if (typeof password === 'string' && !password.startsWith('sealed.')) {
    throw new ResoleError('internal', 'a password reached the inventory without being sealed');
  }
  return Object.fromEntries(Object.entries(power).filter(([, value]) => value !== null));
};

/** Shows no password, and keeps the stored one where an edit of `power` doesn't name one. */
export const hidingPasswords = (systems: NounService<System>): NounService<System> => ({
  list: async (filter) => (await systems.list(filter)).map(shown),
  find: async (query) => (await systems.find(query)).map(shown),
  show: async (ref) => shown(await systems.show(ref)),
  add: async (input) => shown(await systems.add(withPower(input, kept))),
  copy: async (ref, changes) => shown(await systems.copy(ref, withPower(changes, kept))),
  remove: async (ref, options) => shownRemoval(await systems.remove(ref, options)),
  edit: async (ref, patch, revision) => {
    const { power } = await systems.show(ref);
    const whole = withPower(patch, (given) =>
      kept(
        'password' in given || power?.password === undefined
          ? given
          : { ...given, password: power.password },
      ),
    );
    return shown(await systems.edit(ref, whole, revision));
  },
});

/** The inventory with passwords sealed before anybody (triggers, for one) sees them. */
export const sealingPasswords = <T extends { systems: NounService<System> }>(
  inventory: T,
  seal: (text: string) => string,
): T => {
  const { systems } = inventory;
  const sealed = (input: unknown) =>
    withPower(input, (power) =>
      // What is no text, or too long a one, is refused further on; numbers are what YAML makes of 0815.
      typeof power.password === 'string' && power.password.length <= MAX_PASSWORD
        ? { ...power, password: seal(power.password) }
        : power.password === null
          ? power
          : refusedPassword(power),
    );
  return {
    ...inventory,
    systems: {
      ...systems,
      add: async (input) => systems.add(sealed(input)),
      copy: async (ref, changes) => systems.copy(ref, sealed(changes)),
      edit: async (ref, patch, revision) => systems.edit(ref, sealed(patch), revision),
    },
  };
};

/** Characters; sealed it must fit into its field. */
const MAX_PASSWORD = 256;

const refusedPassword = (power: Mapping): Mapping => {
  if (!('password' in power)) return power;
  const problem =
    typeof power.password === 'string' ? `is longer than ${MAX_PASSWORD} characters` : 'is text';
  throw new ResoleError('invalid-input', 'the system cannot be like this', {
    details: [{ field: 'power.password', problem }],
  });
};
