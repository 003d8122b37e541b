/**
 * Running the host's own programs (mmdebstrap, sfdisk, mke2fs …) to build distros: checked for
 * beforehand, run with argument arrays, and their failures told with their own last words.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { ExecaError, execa } from 'execa';

/** Folders searched for programs. Fixed: a caller's PATH often lacks the sbin folders. */
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Environment of every tool: no locale, no questions, the fixed search path. */
const environment = {
  PATH: folders.join(':'),
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};

export interface RequiredTool {
  /** Name of a program, or the absolute path of a file. */
  command: string;
  /** Debian package that contains it. */
  package: string;
}

export interface ToolOptions {
  cwd?: string;
  /** Added to the tool's environment. */
  env?: Record<string, string>;
  /** Text for standard input. */
  input?: string;
  /** Called with every line of standard output and standard error. */
  onLine?: ((line: string) => void) | undefined;
  /** Aborting sends SIGTERM, and SIGKILL when the tool is still there 30 s later. */
  signal?: AbortSignal | undefined;
}

/** Checks that every tool is there; all that are missing are named in one error with one remedy. */
export async function requireTools(tools: readonly RequiredTool[]): Promise<void> {
  const found = await Promise.all(tools.map(({ command }) => isThere(command)));
  const missing = tools.filter((_, index) => !found[index]);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => tool.package))].sort();
  throw new ResoleError(
    'build-tool-missing',
    `not installed on this host: ${missing.map(({ command }) => command).join(', ')}`,
    { remedy: `apt-get install --no-install-recommends ${packages.join(' ')}` },
  );
}

/**
 * Runs one tool to its end and returns its standard output. A failure becomes 'build-failed' with
 * the tool's last lines; an abort is thrown on as the signal's own reason.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env, input, onLine, signal }: ToolOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  // Both streams only pass through: each line is shown, nothing is changed.
  const watch = function* (line: unknown) {
    if (typeof line === 'string') onLine?.(line);
    yield line;
  };
  try {
    const { stdout } = await execa(command, args, {
      env: { ...environment, ...env },
      stdout: watch,
      stderr: watch,
      maxBuffer: 20_000_000,
      forceKillAfterDelay: 30_000,
      ...(cwd === undefined ? {} : { cwd }),
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    return String(stdout);
  } catch (error) {
    signal?.throwIfAborted();
    throw new ResoleError('build-failed', failureText(command, error), { cause: error });
  }
}

/** What failed, how, and the last lines that it said. */
function failureText(command: string, error: unknown): string {
  if (!(error instanceof ExecaError)) return `${command}: ${String(error)}`;
  const said = String(error.stderr || error.stdout || '')
    .trimEnd()
    .split('\n')
    .slice(-8);
  const how =
    error.exitCode === undefined ? error.originalMessage : `ended with code ${error.exitCode}`;
  return [`${command}: ${how}`, ...said].join('\n').trimEnd();
}

async function isThere(command: string): Promise<boolean> {
  const paths = command.startsWith('/')
    ? [command]
    : folders.map((folder) => join(folder, command));
  const answers = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return answers.includes(true);
}
