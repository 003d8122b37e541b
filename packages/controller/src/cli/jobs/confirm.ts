import { input } from '@inquirer/prompts';
import { ResoleError } from '@resole/protocol';
import type { CliContext } from '../context.ts';

/**
 * Asks for the name of what is to be lost, so that nobody loses it by a slip.
 * @throws ResoleError `confirmation-missing` where another name is given, or nobody can be asked.
 */
export const confirmByName = async (
  context: CliContext,
  name: string,
  what: string,
): Promise<void> => {
  const { stdin, stderr, signal } = context;
  const remedy = `say its name when asked, or give --yes: resole … ${name} --yes`;
  if (!stdin.isTTY) {
    throw new ResoleError('confirmation-missing', `${what}: nobody can be asked to confirm it`, {
      remedy,
    });
  }
  const answer = await input(
    { message: `${what}. Type the name of the system to go on:` },
    // Questions go where messages go: standard output belongs to the result.
    { input: stdin, output: stderr as NodeJS.WriteStream, signal },
  );
  if (answer.trim() === name) return;
  throw new ResoleError('confirmation-missing', `"${answer}" is not ${name}: nothing was done`, {
    remedy,
  });
};
