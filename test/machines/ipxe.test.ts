/**
 * The real iPXE in a machine of QEMU's reads the boot scripts: it starts an installer's kernel once,
 * and the disk ever after.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { IPXE_PATH } from '../../packages/controller/src/plan/ipxe.ts';
import { accelerator, acceleratorArgs } from '../support/accel.ts';
import { end, tinyKernel, toSerial } from '../support/boot-program.ts';
import { firmwareJob, mac } from '../support/firmware-job.ts';

/** A disk whose boot sector prints `disk`. */
const tinyDisk = (): Buffer => {
  const disk = Buffer.alloc(1024 * 1024);
  const print = [...'disk'].flatMap((letter) => [0xb0, letter.charCodeAt(0), 0xee]);
  disk.set([...toSerial, ...print, ...end]);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
};

const listener = async () => {
  let port = 0;
  const made = await firmwareJob(tinyKernel(), () => `http://10.0.2.2:${port}`);
  await writeFile(join(made.folder, 'disk'), tinyDisk());
  await made.app.listen({ host: '127.0.0.1', port: 0 });
  port = (made.app.server.address() as AddressInfo).port;
  return { ...made, bootFile: `http://10.0.2.2:${port}${IPXE_PATH}` };
};

/** Boots a machine from the network until its serial port shows the text. @returns all that it showed. */
const boot = async (folder: string, bootFile: string, until: string): Promise<string> => {
  const serial = join(folder, 'serial');
  await writeFile(serial, '');
  const machine = execa(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...acceleratorArgs[await accelerator()]],
      ...[
        '-m',
        '64',
        '-display',
        'none',
        '-machine',
        'graphics=off',
        '-nodefaults',
        '-serial',
        `file:${serial}`,
      ],
      ...['-drive', `if=none,id=disk0,format=raw,file=${join(folder, 'disk')}`],
      ...['-device', 'virtio-blk-pci,drive=disk0,bootindex=1'],
      ...['-netdev', `user,id=net0,bootfile=${bootFile}`],
      ...['-device', `virtio-net-pci,netdev=net0,mac=${mac},bootindex=0`],
    ],
    { reject: false },
  );
  try {
    return await vi.waitFor(
      async () => {
        const text = await readFile(serial, 'utf8');
        expect(text).toContain(until);
        return text;
      },
      { timeout: 15_000, interval: 100 },
    );
  } finally {
    machine.kill('SIGKILL');
    await machine;
  }
};

test('firmware is given the installer once, then the disk', async () => {
  const { folder, job, base, bootFile } = await listener();
  const shown = await boot(folder, bootFile, 'console=ttyS0\n');
  expect(shown).toContain(`initrd=initrd resole.answer=${base()}/answer-file console=ttyS0\n`);
  const { events, lastSign } = await job();
  expect(events.map(({ type, message }) => [type, message])).toEqual([
    ['boot-script-fetched', `by ${mac}`],
    ['boot-files-fetched', undefined],
  ]);
  expect(lastSign?.what).toBe('the firmware fetched kernel and initrd');
  await boot(folder, bootFile, 'disk\n');
  expect((await job()).events).toHaveLength(2);
}, 120_000);
