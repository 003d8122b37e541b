/** Pauses between tries to connect. Pure but for the dice. */

export interface Backoff {
  /** Milliseconds until the next try. */
  next(): number;
  /** After a session that held: the next failure begins at the shortest pause. */
  reset(): void;
}

/**
 * Decorrelated jitter: each pause is drawn between the shortest and three times the one before, so
 * that a thousand agents that lost one controller don't come back at the same moment.
 * @param random between 0 and 1, as Math.random.
 */
export const decorrelated = (
  shortest = 1_000,
  longest = 30_000,
  random: () => number = Math.random,
): Backoff => {
  let last = shortest;
  return {
    next() {
      last = Math.min(longest, shortest + random() * (last * 3 - shortest));
      return last;
    },
    reset() {
      last = shortest;
    },
  };
};
