/** Running the machine's own programs: the only import of execa in the agent. */
import { ResoleError } from '@resole/protocol';
import { ExecaError, execa } from 'execa';

/** Fixed, because a service's PATH often lacks the sbin folders that kexec and grub-reboot live in. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface RunOptions {
  /** Text for standard input; nothing by default. */
  input?: string;
  /** Seconds until the program is ended (SIGTERM, then SIGKILL 5 s later); default 120. */
  timeout?: number;
  /** Aborting ends the program; the abort's own reason is thrown. */
  signal?: AbortSignal;
}

/**
 * Runs a program by an argument array, without a shell, and returns its standard output.
 * @throws ResoleError `program-failed` with the program's last lines, `program-missing` where it is
 * not installed.
 */
export type Run = (
  command: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<string>;

/**
 * Runs a program until it ends or is aborted, and hands on each line of its standard output.
 * @throws ResoleError as `Run` does; the abort's own reason when aborted
 */
export type Follow = (
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
) => Promise<void>;

const env = { PATH, LC_ALL: 'C.UTF-8', HOME: '/root' };

export const follow: Follow = async (command, args, onLine, signal) => {
  signal.throwIfAborted();
  try {
    const child = execa(command, args, {
      ...{ extendEnv: false, env, stdin: 'ignore', buffer: false },
      ...{ forceKillAfterDelay: 5000, cancelSignal: signal },
    });
    for await (const line of child) onLine(line);
  } catch (error) {
    signal.throwIfAborted();
    throw failure(command, error);
  }
};

export const run: Run = async (command, args, { input, timeout = 120, signal } = {}) => {
  signal?.throwIfAborted();
  try {
    const { stdout } = await execa(command, args, {
      extendEnv: false,
      env,
      timeout: timeout * 1000,
      forceKillAfterDelay: 5000,
      maxBuffer: 20_000_000,
      stripFinalNewline: false,
      ...(input === undefined ? { stdin: 'ignore' } : { input }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw failure(command, error);
  }
};

/** The error for people. Arguments are left out: kernel command lines carry a job's secret URL. */
function failure(command: string, error: unknown): ResoleError {
  if (!(error instanceof ExecaError)) {
    return new ResoleError('program-failed', `${command}: ${String(error)}`, { cause: error });
  }
  if (error.code === 'ENOENT') {
    return new ResoleError('program-missing', `${command} is not installed on this machine`);
  }
  const said = String(error.stderr || error.stdout || '')
    .trim()
    .split('\n')
    .slice(-5)
    .join('; ');
  const how = error.timedOut
    ? 'took too long and was ended'
    : error.exitCode === undefined
      ? `was ended by ${error.signal ?? 'a signal'}`
      : `ended with code ${error.exitCode}`;
  return new ResoleError(
    'program-failed',
    said === '' ? `${command} ${how}` : `${command} ${how}: ${said}`,
  );
}
