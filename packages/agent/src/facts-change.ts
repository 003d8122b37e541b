import { isDeepStrictEqual } from 'node:util';
import type { Facts } from '@resole/protocol';

/** Whether facts differ in more than what changes all the time: free bytes. */
export const factsChanged = (before: Facts | undefined, after: Facts): boolean =>
  before === undefined || !isDeepStrictEqual(steady(before), steady(after));

const steady = (facts: Facts) => {
  const { bootLoader } = facts;
  const boot = bootLoader.boot && { ...bootLoader.boot, freeBytes: 0 };
  const { virtHost } = facts;
  const host = virtHost && { ...virtHost, memoryFreeMiB: 0, pools: [], held: {} };
  const esp = facts.esp && { ...facts.esp, freeBytes: 0 };
  return {
    ...facts,
    virtHost: host,
    stagingFreeBytes: 0,
    bootLoader: { ...bootLoader, boot },
    esp,
  };
};
