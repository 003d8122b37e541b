import type { Clock } from './ports.ts';

/**
 * Waits for something to happen, for so many milliseconds at most (Infinity: as long as it takes).
 * Resolves also when aborted.
 */
export const pauseFor = async (
  clock: Clock,
  milliseconds: number,
  event: Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  if (signal.aborted) return;
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const aborted = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const time = Number.isFinite(milliseconds) ? clock.sleep(milliseconds, stop) : aborted;
  await Promise.race([event, aborted, time.catch(() => undefined)]);
  over.abort();
};
