/**
 * How many letters must be changed, added, dropped or swapped with a neighbour (Damerau); `limit`
 * where it is that many or more, since there may be tens of thousands of names to compare.
 */
const distance = (a: string, b: string, limit: number): number => {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const steps = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : limit,
      );
      line[column] = steps;
      if (steps < least) least = steps;
    }
    // A swap can only take the last line's least by one further.
    if (least > limit) return limit;
    before = above;
    above = line;
  }
  return Math.min(above[b.length] ?? 0, limit);
};

/** Names without what they have in common at both ends: that is most of it, where there are many. */
const differing = (a: string, b: string): [string, string] => {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
};

/** How many letters of a word another one lacks, wherever they stand: the distance is no less. */
const lacking = (word: string): ((other: string) => number) => {
  const counts = new Map<string, number>();
  for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return (other) => {
    const left = new Map(counts);
    let lacks = word.length;
    for (const letter of other) {
      const count = left.get(letter) ?? 0;
      if (count === 0) continue;
      left.set(letter, count - 1);
      lacks -= 1;
    }
    return lacks;
  };
};

/** Fewer letters are the beginning of too much. */
const SHORTEST_BEGINNING = 3;

/**
 * The name that was probably meant, by a slip or by its beginning; undefined where none is near.
 */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  const wanted = word.toLowerCase();
  let best =
    word.length < SHORTEST_BEGINNING
      ? undefined
      : names.find((name) => name.toLowerCase().startsWith(wanted));
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  const lacks = lacking(wanted);
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue;
    if (lacks(name.toLowerCase()) >= least) continue;
    const [given, known] = differing(wanted, name.toLowerCase());
    if (Math.abs(given.length - known.length) >= least) continue;
    const steps = distance(given, known, least);
    if (steps < least) [best, least] = [name, steps];
  }
  return best;
};

/** Remedy for a name that isn't known. */
export const didYouMean = (word: string, names: readonly string[]): string | undefined => {
  const name = nearest(word, names);
  return name === undefined ? undefined : `did you mean "${name}"?`;
};
