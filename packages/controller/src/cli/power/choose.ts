/** Which systems are meant: by name, by a selector, or both. */
import { input } from '@inquirer/prompts';
import { ResoleError } from '@resole/protocol';
import { queryOf } from '../conditions.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../session.ts';

/** `profile=web` or `name=rack12-*`; all that are given must hold. */
export const chosenSystems = async (
  session: Session,
  named: readonly string[],
  selectors: readonly string[],
): Promise<string[]> => {
  if (named.length === 0 && selectors.length === 0) {
    throw new ResoleError('invalid-input', 'no system was named', {
      remedy: 'name some, or choose with --selector: --selector profile=web',
    });
  }
  if (selectors.length === 0) return [...named];
  const query = queryOf(selectors.flatMap((text) => text.split(',')));
  const client = await session.client();
  const found = await client.get<{ id: string; name: string }[]>(`/v1/systems${query}`);
  const known = new Set(found.flatMap(({ id, name }) => [id, name]));
  const names = [
    ...new Set([...named.filter((ref) => !known.has(ref)), ...found.map(({ name }) => name)]),
  ];
  if (names.length > 0) return names;
  throw new ResoleError('not-found', `no system is like ${selectors.join(' ')}`, {
    remedy: 'see them all: `resole system list`',
  });
};

/** Asks before many machines lose their power. @throws ResoleError `confirmation-missing` */
export const confirmMany = async (
  context: CliContext,
  what: string,
  names: readonly string[],
): Promise<void> => {
  const { stdin, stderr, signal } = context;
  const some = names.slice(0, 8).join(', ');
  const list = names.length > 8 ? `${some} and ${names.length - 8} more` : some;
  const remedy = 'say the number of systems when asked, or give --yes';
  if (!stdin.isTTY) {
    throw new ResoleError(
      'confirmation-missing',
      `${what} of ${names.length} systems needs a confirmation: ${list}`,
      { remedy },
    );
  }
  const answer = await input(
    { message: `${what} of ${list}. Type how many systems these are to go on:` },
    { input: stdin, output: stderr as NodeJS.WriteStream, signal },
  );
  if (answer.trim() === String(names.length)) return;
  throw new ResoleError(
    'confirmation-missing',
    `"${answer}" is not ${names.length}: nothing was done`,
    { remedy },
  );
};
