/** Guests that need no installer of ours, made by a real agent with a real libvirt. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInside } from '../../support/inside.ts';

test('ISO, PXE and image boot; a hundred at once differ; nothing is left of what fails or is cancelled', async () => {
  expect(await runInside(join(import.meta.dirname, 'inside.ts'))).toEqual({
    ways: [
      ['iso', 'done', 'booted from the ISO'],
      ['raw', 'done', 'booted from the image'],
      ['qcow2', 'done', 'booted from the image'],
      ['pxe', 'done', 'booted from the network'],
    ],
    running: ['iso running', 'pxe running', 'qcow2 running', 'raw running'],
    resumed: 'running',
    told: expect.arrayContaining([
      'guest paused',
      'guest switched off',
      'guest started for its first boot',
    ]),
    destroyed: 'shut off',
    served: [
      ...['pxe', 'it becomes served\n'],
      ...['boot-script-fetched', 'boot-files-fetched', 'answer-file-fetched'],
    ],
    hardware: ['done', true, true, true, true, true, true, true],
    container: [
      'there is no /var/lib/libvirt/filesystems/empty-box/sbin/init: fill that folder first',
      'done',
      'running, 64 MiB, 1 MAC',
      "box failed: a container's console is kept in no log",
      'shut off, 64 MiB, 1 MAC',
      'shut off, 64 MiB, 1 MAC',
      null,
      'true',
    ],
    rebooted: {
      before: [
        { name: 'eager', state: 'running', autostart: true, memoryMiB: 64 },
        { name: 'idle', state: 'running', autostart: false, memoryMiB: 64 },
      ],
      after: [
        { name: 'eager', state: 'running', autostart: true, memoryMiB: 64 },
        { name: 'idle', state: 'shut off', autostart: false, memoryMiB: 64 },
      ],
    },
    unfit: 'is iso, not raw or qcow2 or vmdk',
    broken: ['failed', expect.stringContaining("machine 'none-such'")],
    many: { names: 100, macs: 100, uuids: 100 },
    waiting: true,
    made: true,
    tooMuch: { made: 1, refused: [true], planned: [true], afterwards: ['done', true] },
    half: 1,
    torn: ['cancelled', [], ''],
    hostDown: ['rolled-back', 'rolled-back', [], ''],
    neverWere: [],
    left: [],
  });
}, 500_000);
