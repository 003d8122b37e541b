/** What a machine can give to virtual guests, asked of libvirt (virsh(1)). */
import { access, readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ResoleError, type VirtHost } from '@resole/protocol';
import type { Run } from '../exec.ts';
import { askEach, type Connection } from './virt-connections.ts';
import { readHoldings } from './virt-held.ts';

const words = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** What the drivers that answer can run; `kvm` only with the hardware's help. */
const typesOf = async (there: ReadonlySet<Connection>, root: string): Promise<string[]> => [
  ...(there.has('qemu:///system') && (await isThere(join(root, 'dev/kvm'))) ? ['kvm'] : []),
  ...(there.has('qemu:///system') ? ['qemu'] : []),
  ...(there.has('xen:///system') ? ['xen-pv', 'xen-hvm'] : []),
  ...(there.has('lxc:///system') ? ['lxc'] : []),
];

/** @returns undefined where there is no libvirt, or nobody answers. */
export const readVirtHost = async (run: Run, root = '/'): Promise<VirtHost | undefined> => {
  const ask = async (connection: Connection, ...args: string[]) =>
    words(await run('virsh', ['--quiet', '--connect', connection, ...args], { timeout: 20 }));
  try {
    const guests = await askEach((connection) => ask(connection, 'list', '--all', '--name'));
    const there = new Set(guests.keys());
    // Pools and networks are libvirt's, whoever asks for them.
    const [first = 'qemu:///system'] = there;
    const virsh = (...args: string[]) => ask(first, ...args);
    const [pools, networks] = await Promise.all([
      virsh('pool-list', '--name'),
      virsh('net-list', '--name'),
    ]);
    const { held, memoryOwedMiB, bytesOwed } = await readHoldings(virsh, pools, first);
    return {
      types: await typesOf(there, root),
      cpus: availableParallelism(),
      memoryFreeMiB: Math.max(0, (await memoryFreeMiB(root)) - memoryOwedMiB),
      pools: await Promise.all(
        pools.map(async (name) => {
          const info = await virsh('pool-info', '--bytes', name);
          const line = info.find((each) => each.startsWith('Available:')) ?? '';
          const available = Number(line.split(/\s+/)[1] ?? 0) - (bytesOwed.get(name) ?? 0);
          return { name, availableBytes: Math.max(0, available) };
        }),
      ),
      networks,
      bridges: await bridges(root),
      guests: [...guests.values()].flat(),
      held,
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
