import { Worker } from 'node:worker_threads';
import type { RenderReply, RenderRequest } from './messages.ts';

/** Why a thread ended that nobody had told to. */
export type ThreadEnd = 'too-much-memory' | 'crashed';

export interface ThreadHandle {
  send(requests: readonly RenderRequest[]): void;
  /** Id of the request that it is at, or was at last. */
  at(): number;
  /** Ends it in the middle of whatever it does. */
  end(): void;
}

/** MiB of JavaScript objects; the engine's own memory is bounded in `engine.ts`. */
const maxHeapMb = 96;

/** Starts a thread; it does not keep the process alive. */
export const startThread = (
  replied: (replies: readonly RenderReply[]) => void,
  ended: (why: ThreadEnd) => void,
): ThreadHandle => {
  // In the bundle the thread is a file beside this one.
  const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './render-thread.js';
  const at = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(file, import.meta.url), {
    name: 'resole-render',
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 16 },
    stdin: false,
    env: {},
    workerData: at,
  });
  let wanted = true;
  const over = (why: ThreadEnd) => {
    if (wanted) ended(why);
    wanted = false;
  };
  worker.on('message', replied);
  worker.on('error', (error: Error & { code?: string }) =>
    over(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too-much-memory' : 'crashed'),
  );
  worker.on('exit', () => over('crashed'));
  worker.unref();
  return {
    send: (requests) => worker.postMessage(requests),
    at: () => Atomics.load(at, 0),
    end: () => {
      wanted = false;
      void worker.terminate();
    },
  };
};
