import { expect, test } from 'vitest';
import { readHoldings } from './virt-held.ts';

const c1 = '6a183e58-15ed-4792-a379-191fa560c562';
const off = '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11';

/** As libvirt 9.0's virsh says it, lines trimmed. */
const answers: Readonly<Record<string, string[]>> = {
  list: [`${c1} c1`, `${off} old guest`],
  domstats: [
    "Domain: 'c1'",
    'balloon.current=1048576',
    'balloon.maximum=1048576',
    'balloon.swap_in=0',
    'balloon.rss=810860',
  ],
  'vol-list default': [
    `resole-${c1}-0.qcow2   /var/lib/libvirt/images/resole-${c1}-0.qcow2   file   3.00 GiB   483.13 MiB`,
    `resole-${off}-0.qcow2   /var/lib/libvirt/images/resole-${off}-0.qcow2   file   10.00 GiB   196.00 KiB`,
    'resole-ffffffff-0d0f-4f4b-8f1c-6a2c8f3f5a11-0.raw   /x   file   5.00 GiB   0.00 B',
    'of-somebody-else.qcow2   /var/lib/libvirt/images/a b.qcow2   file   1.00 TiB   1.00 GiB',
  ],
  'vol-list fast': [],
};

test('what guests hold, and may still take', async () => {
  const holdings = await readHoldings(
    async (command, pool) => answers[command] ?? answers[`${command} ${pool}`] ?? [],
    ['default', 'fast'],
    'qemu:///system',
  );
  const GiB = 1024 ** 3;
  expect(holdings).toEqual({
    held: {
      [c1]: { memoryMiB: 1024, disks: { default: 3 * GiB } },
      [off]: { memoryMiB: 0, disks: { default: 10 * GiB } },
    },
    memoryOwedMiB: 233,
    bytesOwed: new Map([['default', 13 * GiB - Math.round(483.13 * 1024 ** 2) - 196 * 1024]]),
  });
});
