/** Any error → text or JSON with what to do next, and the exit code. */

import { styleText } from 'node:util';
import { type ErrorBody, ResoleError } from '@resole/protocol';

/** Ended by a signal, as shells tell it for SIGINT. */
const INTERRUPTED = 130;

/** Told to stop by a signal, or by Ctrl-C at a question, which is not one there (@inquirer/core). */
const interruptions: ReadonlySet<string> = new Set([
  'AbortError',
  'AbortPromptError',
  'ExitPromptError',
]);

export interface Failure {
  text: string;
  exitCode: number;
}

export function failureOf(
  error: unknown,
  options: { json: boolean; colour: boolean; debug: boolean },
): Failure {
  if (error instanceof Error && interruptions.has(error.name)) {
    return { text: options.json ? '' : 'interrupted\n', exitCode: INTERRUPTED };
  }
  const known = error instanceof ResoleError ? error : unexpected(error);
  const text = options.json
    ? `${JSON.stringify({ error: known.toBody() }, null, 2)}\n`
    : `${sentences(known.toBody(), options.colour)}\n`;
  const stack = options.debug && error instanceof Error ? `${error.stack}\n` : '';
  return { text: text + stack, exitCode: known.exitCode };
}

function sentences(body: ErrorBody, colour: boolean): string {
  const style = (format: 'red' | 'bold', text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return [
    `${style('red', 'error:')} ${body.message} (${body.code})`,
    ...(body.details ?? []).flatMap((detail) => {
      const { field, problem, value, remedy } = detail;
      // The message of an error with one cause has told it already.
      if (body.message.includes(problem)) return [];
      const shown = value === undefined || problem.includes(String(value)) ? undefined : value;
      return `  ${[
        field === '' ? '' : `${style('bold', field)}: `,
        problem,
        shown === undefined ? '' : `, not ${JSON.stringify(shown)}`,
        remedy === undefined ? '' : ` (${remedy})`,
      ].join('')}`;
    }),
    ...(body.remedy === undefined ? [] : [`${style('bold', 'next:')} ${body.remedy}`]),
  ].join('\n');
}

const unexpected = (error: unknown): ResoleError =>
  new ResoleError('internal', error instanceof Error ? error.message : String(error), {
    remedy: 'this is a fault of resole: run the command again with RESOLE_DEBUG=1 and report it',
    cause: error,
  });
