import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Run } from '../../exec.ts';
import { temporaryFolder } from '../../testing/agent.ts';
import { makeVolume } from './volumes.ts';

/** A libvirt whose upload ends when it was looked at so often; what virsh 9.0 prints. */
const libvirt = (allocations: number[]) => {
  const ran: string[] = [];
  const { promise: uploaded, resolve } = Promise.withResolvers<string>();
  const run: Run = async (_, args, { signal, timeout } = {}) => {
    const [command] = args.slice(3);
    if (command === 'vol-info') {
      const allocation = allocations.shift();
      if (allocations.length === 0) resolve('');
      return `Name: a\nType: file\nCapacity:   1000\nAllocation: ${allocation}\n\n`;
    }
    ran.push(args.slice(3).join(' '));
    if (command !== 'vol-upload') return '';
    expect([timeout, signal?.aborted]).toEqual([86_400, false]);
    return allocations.length === 0 ? '' : uploaded;
  };
  const clock = { now: () => new Date(0), sleep: async () => setImmediate() };
  return { ran, run, clock, signal: new AbortController().signal };
};

const image = async (): Promise<string> => {
  const file = join(await temporaryFolder(), 'image');
  await writeFile(file, Buffer.alloc(800));
  return file;
};

test('a volume that grows tells how far it is filled', async () => {
  const { ran, ...context } = libvirt([200, 400, 900]);
  const shares: number[] = [];
  const from = await image();
  const volume = { pool: 'default', name: 'a', bytes: 1000, format: 'qcow2', from };
  const filled = (share: number) => shares.push(share);
  await makeVolume(context, { ...volume, filled }, 'qemu:///system');
  expect(shares.slice(0, 3)).toEqual([0.25, 0.5, 1]);
  expect(ran).toEqual([
    'vol-create-as default a 1000 --format qcow2',
    `vol-upload --pool default a ${from}`,
    'pool-refresh default',
    'vol-resize --pool default a 1000',
  ]);
});

test('one that has all its room from the start tells nothing', async () => {
  const { ran, ...context } = libvirt([]);
  const shares: number[] = [];
  const volume = { pool: 'default', name: 'a', bytes: 1000, format: 'raw', from: await image() };
  const filled = (share: number) => shares.push(share);
  await makeVolume(context, { ...volume, filled }, 'qemu:///system');
  expect(shares).toEqual([]);
  expect(ran).toHaveLength(4);
});
