/** A signal that is aborted so many seconds after another one; `end` forgets both. */
export const later = (
  signal: AbortSignal,
  seconds: number,
): { signal: AbortSignal; end(): void } => {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(() => late.abort(signal.reason), seconds * 1000);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    signal: late.signal,
    end: () => {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
};
