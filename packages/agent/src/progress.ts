import type { Progress } from '@resole/protocol';

/**
 * Passes at most one report per `interval` milliseconds on; what comes in between is dropped, for
 * the next one says more anyway. A report of 100 percent always passes.
 */
export const throttled = (
  send: (progress: Progress) => void,
  now: () => number,
  interval = 500,
): ((progress: Progress) => void) => {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (now() - last < interval && progress.percent !== 100) return;
    last = now();
    send(progress);
  };
};
