import type { Facts } from '@resole/protocol';
import { expect, test } from 'vitest';
import { withHistory } from './facts-history.ts';

const facts = (changes: object): Facts =>
  ({
    hostname: 'web1',
    os: { id: 'debian', versionId: '12' },
    disks: ['a'],
    ...changes,
  }) as unknown as Facts;
const at = '2026-01-01T00:00:00.000Z';

test('what differs is noted with its old and its new value', () => {
  const after = facts({ os: { id: 'debian', versionId: '13' }, disks: ['a', 'b'], bmc: 'x' });
  expect(withHistory([], facts({}), after, at)).toEqual([
    {
      at,
      changes: [
        { field: 'bmc', after: 'x' },
        { field: 'disks', before: ['a'], after: ['a', 'b'] },
        { field: 'os.versionId', before: '12', after: '13' },
      ],
    },
  ]);
});

test('what changes all the time is no change, and only the latest 100 are kept', () => {
  expect(
    withHistory([], facts({ stagingFreeBytes: 1 }), facts({ stagingFreeBytes: 2 }), at),
  ).toEqual([]);
  const virtHost = (memoryMiB: number) => ({
    virtHost: { memoryFreeMiB: memoryMiB, pools: [], held: { g1: { memoryMiB, disks: {} } } },
  });
  expect(withHistory([], facts(virtHost(1)), facts(virtHost(2)), at)).toEqual([]);
  let history = withHistory([], facts({}), facts({ hostname: '0' }), at);
  for (let count = 1; count <= 120; count += 1) {
    const name = (number: number) => facts({ hostname: String(number) });
    history = withHistory(history, name(count - 1), name(count), at);
  }
  expect(history.length).toBe(100);
  expect(history.at(-1)?.changes).toEqual([{ field: 'hostname', before: '119', after: '120' }]);
});
