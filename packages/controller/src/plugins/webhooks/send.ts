/** One attempt to deliver an event, and what its end means. */
import type { Webhook } from './file.ts';
import type { Delivery } from './queue.ts';
import { signedHeaders } from './sign.ts';

export type Attempt =
  | { type: 'delivered'; status: number }
  /** The receiver doesn't want this event, whenever it is sent. */
  | { type: 'refused'; status: number }
  | { type: 'failed'; reason: string };

/** The receiver has to answer within this time. */
export const ATTEMPT_MS = 10_000;

/** These 4xx say something of the moment or of the set-up, not of the event. */
const worthRetrying: ReadonlySet<number> = new Set([401, 403, 404, 407, 408, 425, 429]);

export const send = async (
  { url, secret }: Pick<Webhook, 'url' | 'secret'>,
  { id, event, body }: Pick<Delivery, 'id' | 'event' | 'body'>,
  now: Date,
  signal: AbortSignal,
): Promise<Attempt> => {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'resole',
        'resole-event': event,
        'resole-delivery': id,
        ...signedHeaders(secret, Math.floor(now.getTime() / 1000), body),
      },
      // What is signed is meant for this address, not for one that it points to.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
    });
    await answer.body?.cancel();
    const { status } = answer;
    if (status >= 200 && status < 300) return { type: 'delivered', status };
    if (status >= 400 && status < 500 && !worthRetrying.has(status)) {
      return { type: 'refused', status };
    }
    return { type: 'failed', reason: `it answered ${status}` };
  } catch (error) {
    return { type: 'failed', reason: reasonOf(error) };
  }
};

/** Without the URL, of which a part may be secret. */
const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return `it did not answer within ${ATTEMPT_MS / 1000} s`;
  return cause?.code ?? name ?? 'unknown';
};
