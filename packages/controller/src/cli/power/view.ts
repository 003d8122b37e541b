/** What is shown of an action on many systems: each when it is done, and one summary. */
import { type PowerAction, type PowerResult, ResoleError } from '@resole/protocol';
import type { Column } from '../output.ts';

const verbs: Readonly<Record<Exclude<PowerAction, 'status'>, string>> = {
  on: 'switched on',
  off: 'switched off',
  'soft-off': 'shut down',
  reset: 'reset',
  cycle: 'power-cycled',
  'boot-device': 'boot device set',
};

/** `switched on by ipmi, seen`, `already off`, or what went wrong. */
export const outcomeText = (result: PowerResult): string => {
  const { action, error, state, changed, verified, driver, reasons } = result;
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  if (error !== undefined) return `${error.message}${why}`;
  if (action === 'status') return `${state}${why}`;
  if (action === 'boot-device') return `${verbs[action]} by ${driver}${why}`;
  if (!changed) return `already ${state}${why}`;
  return `${verbs[action]} by ${driver}${verified ? '' : ', not seen to happen'}${why}`;
};

export const columns: Column<PowerResult>[] = [
  { title: 'system', of: ({ name }) => name },
  { title: 'state', of: ({ state }) => state },
  { title: 'driver', of: ({ driver }) => driver },
  { title: 'seconds', of: ({ seconds }) => seconds.toFixed(1) },
  { title: 'result', of: (result) => (result.error ? `FAILED: ` : '') + outcomeText(result) },
];

/** `12 systems: 10 on, 1 off, 1 failed`. */
export const summaryOf = (results: readonly PowerResult[]): string => {
  const counts = new Map<string, number>();
  for (const { error, action, state, changed } of results) {
    const word =
      error !== undefined
        ? 'failed'
        : action === 'status'
          ? (state ?? 'unknown')
          : changed
            ? 'done'
            : `already ${state}`;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].sort(
    ([a], [b]) => Number(a === 'failed') - Number(b === 'failed') || (a < b ? -1 : 1),
  );
  const word = results.length === 1 ? 'system' : 'systems';
  return `${results.length} ${word}: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}`;
};

/** One error for the exit code, where any system failed: the first one's. */
export const failureOf = (results: readonly PowerResult[]): ResoleError | undefined => {
  const failed = results.filter(({ error }) => error !== undefined);
  const [first] = failed;
  if (first?.error === undefined) return undefined;
  const { code, message, remedy } = first.error;
  const rest = failed.length - 1;
  return new ResoleError(
    code,
    `${first.name}: ${message}${rest > 0 ? `; ${rest} more failed` : ''}`,
    remedy === undefined ? {} : { remedy },
  );
};
