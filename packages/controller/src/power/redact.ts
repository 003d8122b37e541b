/** Words of other programs, before people see them. */
import type { PowerTarget } from './driver.ts';

/** Longer ones say no more. */
const MAX_CHARACTERS = 500;

/** What a program wrote, its password hidden, as it is and as JSON writes it; then cut short. */
export const redacted = (
  { password }: Pick<PowerTarget, 'password'>,
  text: string,
  characters = MAX_CHARACTERS,
): string => {
  const forms = password ? [password, JSON.stringify(password).slice(1, -1)] : [];
  return forms.reduce((safe, form) => safe.replaceAll(form, '***'), text).slice(0, characters);
};
