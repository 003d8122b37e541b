/** Guests of a few megabytes that say one line, and libvirt asked about them. */
import type { JobView } from '@resole/protocol';
import { execa } from 'execa';
import type { VirtWorld } from './world.ts';

export const virsh = async (...args: string[]): Promise<string> =>
  (await execa('virsh', ['--quiet', '--connect', 'qemu:///system', ...args])).stdout;

/** Names of the guests that run. */
export const running = async (): Promise<string[]> =>
  (await virsh('list', '--name')).split('\n').filter(Boolean).sort();

const shape = ['--type', 'qemu', '--memory', '64', '--cpus', '1', '--disk', '0.1'];
export const create = (world: VirtWorld, name: string, ...more: string[]) =>
  world.cli<JobView>([
    ...['virt', 'create', world.host, '--profile', 'tiny', '--name', name, ...shape, ...more],
  ]);
