/** Runs one program of an operator: JSON in, lines out, never longer than its time. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Execution {
  file: string;
  args?: readonly string[];
  /** Its whole standard input. */
  input: string;
  env: Readonly<Record<string, string>>;
  cwd: string;
  timeoutMs: number;
  /** Ends it early. */
  signal?: AbortSignal;
  /** Every line that it writes. */
  onLine(stream: 'stdout' | 'stderr', line: string): void;
}

export type Outcome =
  | { type: 'exited'; code: number; said: string }
  | { type: 'killed'; signal: string; said: string }
  | { type: 'timed-out' }
  | { type: 'ended' }
  | { type: 'not-started'; reason: string };

/** What is read of one run; a program that writes on and on is not listened to for longer. */
const MAX_OUTPUT = 64 * 1024;
/** What may be said to the operator who asked for the action. */
const MAX_SAID = 1000;
/** Between the request to end and the end. */
const GRACE_MS = 1000;
/** Output that is on its way when the program ends. */
const DRAIN_MS = 200;

/**
 * Runs the program in a process group of its own, of which nothing is left when this resolves.
 * `said` is what it wrote to standard error or, where that is nothing, to standard output.
 */
export const execute = async (execution: Execution): Promise<Outcome> => {
  const { file, args = [], input, env, cwd, timeoutMs, signal } = execution;
  if (signal?.aborted) return { type: 'ended' };
  let child: ChildProcessWithoutNullStreams;
  try {
    // Not execa: of a program that goes wrong the whole process group has to go.
    child = spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: 'pipe' });
  } catch (error) {
    // As where it is neither a program of this machine nor begins with #!.
    return { type: 'not-started', reason: (error as Error).message };
  }
  const exited = new Promise<{ code: number | null; signal: string | null; reason?: string }>(
    (resolve) => {
      child.once('exit', (code, killedBy) => resolve({ code, signal: killedBy }));
      child.once('error', ({ message }) => resolve({ code: null, signal: null, reason: message }));
    },
  );
  // A program that doesn't read its input is not at fault.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const out = listen(child.stdout, (line) => execution.onLine('stdout', line));
  const err = listen(child.stderr, (line) => execution.onLine('stderr', line));

  const stop = new AbortController();
  const ended = new Promise<'ended'>((resolve) => {
    signal?.addEventListener('abort', () => resolve('ended'), { signal: stop.signal });
  });
  const late = sleep(timeoutMs, 'timed-out' as const, { signal: stop.signal }).catch(
    () => 'timed-out' as const,
  );
  const first = await Promise.race([exited, late, ended]);
  stop.abort();
  if (child.pid === undefined) {
    const { reason } = await exited;
    return { type: 'not-started', reason: reason ?? 'it could not be started' };
  }
  if (typeof first === 'string') {
    killGroup(child.pid, 'SIGTERM');
    await Promise.race([exited, sleep(GRACE_MS)]);
  }
  // Also what the program has started and left behind.
  killGroup(child.pid, 'SIGKILL');
  // A process that left the group may hold the pipes; nobody waits for it.
  await Promise.race([Promise.all([out.end, err.end]), sleep(DRAIN_MS)]);
  child.stdout.destroy();
  child.stderr.destroy();
  if (typeof first === 'string') return { type: first };
  const said = (err.text() || out.text()).slice(-MAX_SAID);
  if (first.code !== null) return { type: 'exited', code: first.code, said };
  return { type: 'killed', signal: first.signal ?? 'SIGKILL', said };
};

const killGroup = (pid: number, signal: 'SIGTERM' | 'SIGKILL') => {
  try {
    process.kill(-pid, constants.signals[signal]);
  } catch {
    // It has ended by itself.
  }
};

/** Hands on whole lines and keeps what was said, up to a limit. */
const listen = (stream: NodeJS.ReadableStream, onLine: (line: string) => void) => {
  let kept = '';
  let open = '';
  let size = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    // Read on, so that the program is not held up, but keep no more.
    if (size > MAX_OUTPUT) return;
    size += chunk.length;
    kept += chunk;
    const lines = (open + chunk).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
    if (size > MAX_OUTPUT) onLine('(what follows is left out)');
  });
  const end = new Promise<void>((resolve) => {
    stream.on('close', () => {
      if (open.trim() !== '') onLine(open);
      resolve();
    });
  });
  return { end, text: () => kept.trim() };
};
