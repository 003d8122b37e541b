/** Programs that read media and mirrors: their output as a stream, their failures in words. */
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { ResoleError } from '@resole/protocol';
import { ExecaError, execa } from 'execa';

const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
};

export interface Running {
  stdout: Readable;
  /** Rejects with a ResoleError where the program failed. */
  done: Promise<void>;
  /** Ends it; that is no failure then. */
  stop(): Promise<void>;
}

/** Standard output as bytes, in the caller's pace. */
export function stream(command: string, args: readonly string[], signal?: AbortSignal): Running {
  let stopped = false;
  const child = execa(command, args, {
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    buffer: { stdout: false, stderr: true },
    encoding: 'buffer',
    ...(signal && { cancelSignal: signal }),
  });
  const done = child.then(
    () => {},
    (error: unknown) => {
      if (stopped) return;
      signal?.throwIfAborted();
      throw failed(command, error);
    },
  );
  // Whoever reads the stream awaits `done` later.
  done.catch(() => {});
  // Node throws away what nobody reads yet when a program ends: here it waits.
  const stdout = new PassThrough();
  pipeline(child.stdout, stdout, () => {});
  return {
    stdout,
    done,
    stop: async () => {
      stopped = true;
      // What nobody reads any more would keep it from ending.
      stdout.destroy();
      child.kill('SIGKILL');
      await done;
    },
  };
}

/** The whole output as text. */
export async function output(
  command: string,
  args: readonly string[],
  options: { signal?: AbortSignal | undefined; onText?: (text: string) => void } = {},
): Promise<string> {
  const running = stream(command, args, options.signal);
  const chunks: Buffer[] = [];
  for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
    options.onText?.(chunk.toString());
    chunks.push(chunk);
  }
  await running.done;
  return Buffer.concat(chunks).toString('utf8');
}

function failed(command: string, error: unknown): ResoleError {
  if (!(error instanceof ExecaError)) {
    return new ResoleError('program-failed', `${command}: ${String(error)}`, { cause: error });
  }
  const said = Buffer.from((error.stderr as Uint8Array | undefined) ?? [])
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(-4)
    .join('\n');
  const how =
    error.exitCode === undefined ? error.originalMessage : `ended with code ${error.exitCode}`;
  return new ResoleError('program-failed', `${command}: ${how}\n${said}`.trimEnd(), {
    cause: error,
    details: [],
  });
}
