/** How many letters must be changed, added, dropped or swapped with a neighbour (Damerau). */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      line[column] = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
};

/** Fewer letters are the beginning of too much. */
const SHORTEST_BEGINNING = 3;

/**
 * The name that was probably meant, by a slip or by its beginning; undefined where none is near.
 */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  let best =
    word.length < SHORTEST_BEGINNING
      ? undefined
      : names.find((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue;
    const steps = distance(word.toLowerCase(), name.toLowerCase());
    if (steps < least) [best, least] = [name, steps];
  }
  return best;
};

/** Remedy for a name that isn't known. */
export const didYouMean = (word: string, names: readonly string[]): string | undefined => {
  const name = nearest(word, names);
  return name === undefined ? undefined : `did you mean "${name}"?`;
};
