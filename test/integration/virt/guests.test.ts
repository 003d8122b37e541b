/** Guests that need no installer of ours, made by a real agent with a real libvirt. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';

/** Namespaces of its own, which end with their first process (test/e2e/virt.ts says more). */
const inside = [
  ...['--net', '--mount', '--propagation', 'private'],
  ...['--pid', '--mount-proc', '--fork', '--kill-child'],
  ...[
    'sh',
    '-c',
    '"$@"; exit "$?"',
    'sh',
    process.execPath,
    join(import.meta.dirname, 'inside.ts'),
  ],
];

test('ISO, PXE and image boot; a hundred at once differ; what fails or is cancelled is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-virt-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // libvirt's DHCP and TFTP server is another user.
  await chmod(folder, 0o755);
  const { stdout } = await execa('unshare', [...inside, folder]);
  expect(JSON.parse(stdout)).toEqual({
    ways: [
      ['iso', 'done', 'booted from the ISO'],
      ['raw', 'done', 'booted from the image'],
      ['qcow2', 'done', 'booted from the image'],
      ['pxe', 'done', 'booted from the network'],
    ],
    running: ['iso running', 'pxe running', 'qcow2 running', 'raw running'],
    broken: ['failed', expect.stringContaining("machine 'none-such'")],
    many: { names: 100, macs: 100, uuids: 100 },
    waiting: true,
    left: [],
  });
}, 300_000);
