/** One figure: ours beside the baseline, measured in the same run on the same machine. */
export interface Row {
  bench: string;
  what: string;
  unit: 's' | 'MB' | 'ms' | 'MiB' | 'KiB' | 'µs' | '/s' | '/min' | '%';
  ours: number;
  /** Absent where there is nothing to compare with. */
  baseline?: number;
  /** ours / baseline. */
  ratio?: number;
  /** The most that the ratio may be; of `judged` rows and those without a ratio, the figure. */
  target?: number;
  /** The target is the figure's, whatever the ratio: the baseline only says how far the limit is. */
  judged?: 'at most' | 'at least';
  ok?: boolean;
}

const round = (value: number): number => Math.round(value * 100) / 100;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
};

/** A comparison; the ratio is the median of the ratios of the pairs, since machines here are noisy. */
export const compared = (
  head: Pick<Row, 'bench' | 'what' | 'unit'>,
  pairs: readonly { ours: number; baseline: number }[],
  target: number,
): Row => {
  const ratio = median(pairs.map((pair) => pair.ours / pair.baseline));
  return {
    ...head,
    ours: round(median(pairs.map((pair) => pair.ours))),
    baseline: round(median(pairs.map((pair) => pair.baseline))),
    ratio: round(ratio),
    target,
    ok: ratio <= target,
  };
};

/** A figure on its own. */
export const reported = (
  head: Pick<Row, 'bench' | 'what' | 'unit'>,
  ours: number,
  target?: number,
): Row => ({
  ...head,
  ours: round(ours),
  ...(target === undefined ? {} : { target, ok: ours <= target }),
});

/** A figure with a target of its own, beside the limit of what is possible. */
export const beside = (
  head: Pick<Row, 'bench' | 'what' | 'unit'>,
  { ours, baseline }: { ours: number; baseline: number },
  target?: number,
): Row => ({
  ...head,
  ours: round(ours),
  baseline: round(baseline),
  ratio: round(ours / baseline),
  ...(target === undefined ? {} : { target, judged: 'at most', ok: ours <= target }),
});

/** The same for what happens so often a second: more is better. */
export const perSecond = (
  head: Pick<Row, 'bench' | 'what' | 'unit'>,
  { ours, baseline }: { ours: number; baseline: number },
  target?: number,
): Row => ({
  ...head,
  ours: Math.round(ours),
  baseline: Math.round(baseline),
  ratio: round(ours / baseline),
  ...(target === undefined ? {} : { target, judged: 'at least', ok: ours >= target }),
});
