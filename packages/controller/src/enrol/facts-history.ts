/** What has changed on a machine, and when: the latest facts beside those before. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Facts, FactsChange } from '@resole/protocol';

/** Changes that are kept of a machine. */
const KEPT = 100;

/** What changes all the time and means nothing. */
const restless = new Set([
  'stagingFreeBytes',
  'bootLoader.boot.freeBytes',
  'virtHost.memoryFreeMiB',
  'virtHost.pools',
  'virtHost.held',
]);

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths at which two values differ; lists are compared whole. */
const differences = (before: unknown, after: unknown, path = ''): FactsChange['changes'] => {
  if (isDeepStrictEqual(before, after) || restless.has(path)) return [];
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return [
    {
      field: path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
};

/** The history with what is new in `after`; the same where nothing is. */
export const withHistory = (
  history: readonly FactsChange[],
  before: Facts,
  after: Facts,
  at: string,
): FactsChange[] => {
  const changes = differences(before, after);
  return changes.length === 0 ? [...history] : [...history, { at, changes }].slice(-KEPT);
};
