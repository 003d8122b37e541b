/** A controller that is a file: one job, carried out without any network. */
import {
  type ErrorBody,
  type EventMessage,
  type JobMessage,
  ResoleError,
  type ToAgent,
} from '@resole/protocol';
import type { Clock, Transport } from '../ports.ts';

export interface FileOptions {
  /**
   * The job to give, and its id: events of other jobs wait for whoever gave those. None where all
   * that is in the journal only has to come to its end.
   */
  give?: { message: JobMessage; job: string };
  /** One line of JSON per event and per report of progress. */
  print(line: string): void;
  clock: Clock;
  /** Do everything but go down: the hand-over is refused, and all is taken back. */
  rehearse: boolean;
  /** Called where the job is refused or a step fails. */
  failed(error: ErrorBody): void;
}

/** Events after which nothing more happens to a job. */
const last = new Set(['refused', 'disarmed', 'came-back']);

/** Gives the job to the loop, acknowledges its events, and ends with the job. */
export const fileTransport = ({
  give,
  print,
  clock,
  rehearse,
  failed,
}: FileOptions): Transport => ({
  run: (listener, signal) =>
    new Promise((resolve) => {
      const answer = (frame: ToAgent) => queueMicrotask(() => listener.received(frame));
      const end = () => {
        listener.closed();
        resolve();
      };
      const acknowledge = ({ job, attempt, sequence, event }: EventMessage) => {
        const proceed = !(rehearse && event.type === 'handing-over');
        answer({ type: 'event-ack', job, attempt, sequence, proceed });
        if (event.type === 'refused' || event.type === 'step-failed') failed(event.error);
        if (last.has(event.type)) queueMicrotask(end);
      };
      signal.addEventListener('abort', end, { once: true });
      listener.opened(
        {
          send(frame) {
            if (frame.type !== 'event' && frame.type !== 'progress') return;
            if (give && frame.job !== give.job) return;
            print(JSON.stringify(frame));
            if (frame.type === 'event') acknowledge(frame);
          },
          close: end,
        },
        clock.now(),
      );
      if (give) listener.received(give.message);
    }),
});

/** A job file: a bare `SignedJob`, or a job with its signature as it comes over the link. */
export function parseJobFile(text: string): { payload: string; signature: string | undefined } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ResoleError('invalid-input', 'the job file is not JSON', { cause });
  }
  const { payload, signature } = value as { payload?: unknown; signature?: unknown };
  return typeof payload === 'string' && typeof signature === 'string'
    ? { payload, signature }
    : { payload: text, signature: undefined };
}
