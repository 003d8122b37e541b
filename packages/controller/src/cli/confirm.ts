/** A question that has to be answered with yes. */
import { ResoleError } from '@resole/protocol';
import type { CliContext } from './context.ts';

/**
 * Tells what would happen, and asks.
 * @param flag what makes the question unnecessary, as `--yes`.
 * @throws ResoleError `confirmation-missing` where the answer is no, or nobody can be asked.
 */
export async function confirmed(
  what: string,
  question: string,
  flag: string,
  { stdin, stderr, signal }: CliContext,
): Promise<void> {
  if (stdin.isTTY !== true) {
    throw new ResoleError('confirmation-missing', 'this needs a yes', {
      remedy: `look at it with --dry-run, and say ${flag}`,
      details: what.split('\n').map((line) => ({ field: '', problem: line })),
    });
  }
  stderr.write(`${what}\n`);
  const { confirm } = await import('@inquirer/prompts');
  const output = stderr as unknown as NodeJS.WritableStream;
  const answer = await confirm(
    { message: question, default: false },
    { input: stdin, output, signal },
  );
  if (answer) return;
  throw new ResoleError('confirmation-missing', 'the answer was no: nothing was done');
}
