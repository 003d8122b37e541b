/** What a machine can give to virtual guests, asked of libvirt (virsh(1)). */
import { access, readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ResoleError, type VirtHost } from '@resole/protocol';
import type { Run } from '../exec.ts';

const words = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** @returns undefined where there is no libvirt, or nobody answers. */
export const readVirtHost = async (run: Run, root = '/'): Promise<VirtHost | undefined> => {
  const virsh = async (...args: string[]) =>
    words(await run('virsh', ['--quiet', '--connect', 'qemu:///system', ...args], { timeout: 20 }));
  try {
    const [pools, networks, guests] = await Promise.all([
      virsh('pool-list', '--name'),
      virsh('net-list', '--name'),
      virsh('list', '--all', '--name'),
    ]);
    return {
      types: [...((await isThere(join(root, 'dev/kvm'))) ? ['kvm'] : []), 'qemu'],
      cpus: availableParallelism(),
      memoryFreeMiB: await memoryFreeMiB(root),
      pools: await Promise.all(
        pools.map(async (name) => {
          const info = await virsh('pool-info', '--bytes', name);
          const line = info.find((each) => each.startsWith('Available:')) ?? '';
          return { name, availableBytes: Number(line.split(/\s+/)[1] ?? 0) };
        }),
      ),
      networks,
      bridges: await bridges(root),
      guests,
    };
  } catch (error) {
    if (error instanceof ResoleError) return undefined;
    throw error;
  }
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** `MemAvailable`: what can be given away without swapping (proc_meminfo(5)). */
const memoryFreeMiB = async (root: string): Promise<number> => {
  const text = await readFile(join(root, 'proc/meminfo'), 'utf8').catch(() => '');
  return Math.floor(Number(/^MemAvailable:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024);
};

const bridges = async (root: string): Promise<string[]> => {
  const net = join(root, 'sys/class/net');
  const names = await readdir(net).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => ((await isThere(join(net, name, 'bridge'))) ? [name] : [])),
  );
  return found.flat();
};
