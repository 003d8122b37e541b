/** Guests that need no installer of ours, made by a real agent with a real libvirt. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInside } from '../../support/inside.ts';

test('ISO, PXE and image boot; a hundred at once differ; what fails or is cancelled is gone', async () => {
  expect(await runInside(join(import.meta.dirname, 'inside.ts'))).toEqual({
    ways: [
      ['iso', 'done', 'booted from the ISO'],
      ['raw', 'done', 'booted from the image'],
      ['qcow2', 'done', 'booted from the image'],
      ['pxe', 'done', 'booted from the network'],
    ],
    running: ['iso running', 'pxe running', 'qcow2 running', 'raw running'],
    told: expect.arrayContaining([
      'guest paused',
      'guest switched off',
      'guest started for its first boot',
    ]),
    destroyed: 'shut off',
    hardware: ['done', true, true, true, true, true, true],
    unfit: 'is iso, not raw or qcow2 or vmdk',
    broken: ['failed', expect.stringContaining("machine 'none-such'")],
    many: { names: 100, macs: 100, uuids: 100 },
    waiting: true,
    left: [],
  });
}, 400_000);
