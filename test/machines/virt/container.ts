/** A container of libvirt's LXC driver: one more guest, by another connection. */
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guest, JobView } from '@resole/protocol';
import { execa } from 'execa';
import type { VirtWorld } from './world.ts';

/** Where a container of that name has its root file system. */
const rootOf = (name: string): string => join('/var/lib/libvirt/filesystems', name);

/** A whole OS that waits until it is told to end. */
const init = `#!/bin/busybox sh
trap 'exit 0' TERM
while :; do /bin/busybox sleep 0.2; done
`;

const fill = async (root: string): Promise<void> => {
  for (const folder of ['bin', 'dev', 'proc', 'sbin', 'sys']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const { stdout: busybox } = await execa('sh', ['-c', 'command -v busybox']);
  await execa('cp', [busybox, join(root, 'bin/busybox')]);
  await writeFile(join(root, 'sbin/init'), init, { mode: 0o755 });
};

/** Made, listed among the other guests, switched, removed; its files are its operator's and stay. */
export const container = async (world: VirtWorld): Promise<unknown[]> => {
  const create = (name: string) =>
    world.cli<JobView>([
      ...['virt', 'create', world.host, '--profile', 'tiny', '--name', name, '--type', 'lxc'],
      ...['--memory', '64', '--cpus', '1', '--network', 'pxe'],
    ]);
  const state = async () => {
    const guests = await world.cli<Guest[]>(['virt', 'list', world.host]);
    const box = guests.find(({ name }) => name === 'box');
    return box && `${box.state}, ${box.memoryMiB} MiB, ${box.macs.length} MAC`;
  };
  const act = (action: string, ...flags: string[]) => world.cli(['virt', action, 'box', ...flags]);
  const empty = await world.ended(await create('empty-box'));
  await fill(rootOf('box'));
  const { state: end, error } = await world.ended(await create('box'));
  const found = [empty.error?.details?.[0]?.problem, error?.message ?? end, await state()];
  const log = await act('console-log').catch(({ message }: Error) => message);
  found.push(/"message":\s*"([^"]*)"/.exec(String(log))?.[1]);
  await act('shutdown');
  found.push(await state());
  await act('start');
  await world.cli(['power', 'off', 'box', '--yes']);
  found.push(await state());
  await act('start');
  await act('undefine', '--yes');
  found.push(await state(), String((await lstat(join(rootOf('box'), 'sbin/init'))).isFile()));
  return found;
};
