/** One HTTP request, with an end to waiting. */
import { ResoleError } from '@resole/protocol';

export type Get = (
  url: string,
  options?: { method?: 'HEAD'; range?: string; signal?: AbortSignal },
) => Promise<Response>;

/** Milliseconds until the head of the reply must be there. */
const patience = 30_000;
const attempts = 3;

/** Tries again where the server can't be reached or has a fault of its own (5xx). */
export const httpGet: Get = async (url, { method = 'GET', range, signal } = {}) => {
  for (let attempt = 1; ; attempt += 1) {
    const slow = new AbortController();
    const timer = setTimeout(
      () => slow.abort(new Error(`no answer in ${patience / 1000} s`)),
      patience,
    );
    try {
      const reply = await fetch(url, {
        method,
        headers: { ...(range === undefined ? {} : { range }), 'accept-encoding': 'identity' },
        signal: AbortSignal.any([slow.signal, ...(signal ? [signal] : [])]),
      });
      if (reply.status < 500 || attempt >= attempts) return refused(url, reply);
      await reply.body?.cancel();
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof ResoleError) throw cause;
      if (attempt >= attempts) throw unreachable(url, cause);
    } finally {
      clearTimeout(timer);
    }
    await new Promise((resolve) => setTimeout(resolve, attempt * 500));
  }
};

/** Not there is an answer; anything else that is no success would read as "not there". */
function refused(url: string, reply: Response): Response {
  if (reply.ok || [403, 404, 410, 416].includes(reply.status)) return reply;
  throw new ResoleError('download-failed', `${url}: the server answered ${reply.status}`, {
    remedy: 'check the address in a browser; trees behind a login must be copied first',
  });
}

function unreachable(url: string, error: unknown): ResoleError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ResoleError('unreachable', `${url} cannot be reached: ${why}`, {
    remedy: 'check the address, and name resolution and routes of this host',
    cause: error,
  });
}
