/** The thread that renders: keeps the environments of the sets that it was given last. */
import { parentPort, workerData } from 'node:worker_threads';
import { contextOf, type Prepared, prepare, renderWith } from '../environment.ts';
import type { RenderReply, RenderRequest } from './messages.ts';

/** Sets of templates that stay prepared, the one used longest ago making room. */
const KEPT = 32;

const sets = new Map<string, Prepared>();

const setOf = ({ key, templates }: RenderRequest): Prepared | undefined => {
  const known = sets.get(key) ?? (templates && prepare(templates));
  if (known === undefined) return undefined;
  sets.delete(key);
  sets.set(key, known);
  const [oldest] = sets.keys();
  if (sets.size > KEPT && oldest !== undefined) {
    sets.get(oldest)?.free();
    sets.delete(oldest);
  }
  return known;
};

const answer = (request: RenderRequest): RenderReply => {
  const { id, names } = request;
  const prepared = setOf(request);
  if (prepared === undefined) return { id, unknown: true };
  const parsed: unknown = JSON.parse(request.variables);
  const context = request.variables.includes('null') ? contextOf(parsed) : parsed;
  const texts: string[] = [];
  for (const name of names) {
    const outcome = renderWith(prepared, name, context);
    if (typeof outcome !== 'string') return { id, failure: outcome };
    texts.push(outcome);
  }
  return { id, texts };
};

/** Shared with who started this thread: what it is at, so that they know what took too long. */
const at = workerData as Int32Array;

parentPort?.on('message', (requests: readonly RenderRequest[]) => {
  const replies = requests.map((request) => {
    Atomics.store(at, 0, request.id);
    return answer(request);
  });
  parentPort?.postMessage(replies);
});
