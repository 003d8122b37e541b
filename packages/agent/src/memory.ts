/** An agent waits nearly all its life: what starting took is given back. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** After enrolment, the first facts and the first session. */
const AFTER_MS = 20_000;

/**
 * Collects once, as V8 does when memory runs out, when the agent has settled: its heap would else
 * stay as large as starting has made it. Does not keep the process alive.
 */
export const settleMemory = (): void => {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as Collect;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, AFTER_MS).unref();
};
