/** Guests of a few megabytes that say one line, networks for them, and libvirt asked about them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView } from '@resole/protocol';
import { execa } from 'execa';
import type { VirtWorld } from './world.ts';

export const virsh = async (...args: string[]): Promise<string> =>
  (await execa('virsh', ['--quiet', '--connect', 'qemu:///system', ...args])).stdout;

/** Names of the guests that run. */
export const running = async (): Promise<string[]> =>
  (await virsh('list', '--name')).split('\n').filter(Boolean).sort();

/**
 * A network of libvirt's own, whose DHCP server says what firmware is to boot.
 * @param boots its first three numbers in `net`, its boot file in `file`
 * @param folder of its TFTP server
 */
export const startNetwork = async (
  boots: { name: string; bridge: string; net: string; file: string },
  folder: string,
): Promise<void> => {
  const { name, bridge, net, file } = boots;
  const path = join(folder, `${name}.xml`);
  await writeFile(
    path,
    `<network><name>${name}</name><forward mode='open'/><bridge name='${bridge}'/>
      <ip address='${net}.1' netmask='255.255.255.0'>
        <tftp root='${folder}'/>
        <dhcp><range start='${net}.10' end='${net}.200'/><bootp file='${file}'/></dhcp>
      </ip></network>`,
  );
  await virsh('net-define', path);
  await virsh('net-start', name);
};

const shape = ['--type', 'qemu', '--memory', '64', '--cpus', '1', '--disk', '0.1'];
export const create = (world: VirtWorld, name: string, ...more: string[]) =>
  world.cli<JobView>([
    ...['virt', 'create', world.host, '--profile', 'tiny', '--name', name, ...shape, ...more],
  ]);
