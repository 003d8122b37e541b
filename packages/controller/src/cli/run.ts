/** One command line from start to exit code. */
import { ResoleError } from '@resole/protocol';
import { type Command, CommanderError } from 'commander';
import type { CliContext } from './context.ts';
import { failureOf } from './failure.ts';
import { buildProgram } from './program.ts';
import { coloured } from './session.ts';

/** Exit code of a command line that says nothing. */
const USAGE = 2;

/** @returns the exit code; errors have been printed. */
export async function run(words: readonly string[], context: CliContext): Promise<number> {
  const { stderr, host } = context;
  let program: Command | undefined;
  try {
    program = await buildProgram(context, words);
    prepare(program, context);
    if (words.length === 0) {
      stderr.write(program.helpInformation());
      return USAGE;
    }
    await program.parseAsync([...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { text, exitCode } = failureOf(translated(error, program, words), {
      json: wantsJson(words, host.env),
      colour: coloured(stderr, host.env, !words.includes('--no-color')),
      debug: Boolean(host.env.RESOLE_DEBUG),
    });
    stderr.write(text);
    return exitCode;
  }
}

/** Commander throws in place of exiting, and prints its help where we want it. */
function prepare(command: Command, context: CliContext): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => context.stdout.write(text),
    // Errors are thrown too, and told once, by us.
    writeErr: () => {},
  });
  if (command.commands.length > 0 && command.parent !== null) {
    command.allowExcessArguments(true).action(() => {
      throw unfinished(command);
    });
  }
  for (const sub of command.commands) prepare(sub, context);
}

/** A noun without one of its verbs, or with one that it doesn't have. */
function unfinished(command: Command): ResoleError {
  const [word] = command.args;
  const path = pathOf(command);
  const problem = word === undefined ? `needs one of its commands` : `has no command "${word}"`;
  const names = command.commands.map((sub) => sub.name());
  return new ResoleError('invalid-input', `"${path}" ${problem}`, {
    remedy: `resole ${path} ${names.join('|')}`,
  });
}

/** `distro build`, without the program's own name. */
const pathOf = (command: Command): string =>
  command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** Commander's own errors, with a hint to the help that fits. */
function translated(
  error: unknown,
  program: Command | undefined,
  words: readonly string[],
): unknown {
  if (!(error instanceof CommanderError)) return error;
  const message = error.message.replace(/^error: /, '').replace(/\n\((.*)\)$/, ': $1');
  let command = program;
  for (const word of words)
    command = command?.commands.find((sub) => sub.name() === word) ?? command;
  const path = command?.parent ? `${pathOf(command)} ` : '';
  return new ResoleError('invalid-input', message, { remedy: `resole ${path}--help` });
}

/** Known before the command line was understood, since that may be what fails. */
const wantsJson = (words: readonly string[], env: Readonly<Record<string, string | undefined>>) => {
  const at = words.indexOf('--output');
  const format = at === -1 ? undefined : words[at + 1];
  return (
    format === 'json' ||
    words.includes('--output=json') ||
    (!format && env.RESOLE_OUTPUT === 'json')
  );
};
