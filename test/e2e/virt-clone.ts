/** A guest cloned from a distribution's image: cloud-init makes a system of the inventory of it. */
import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView } from '@resole/protocol';
import { execa } from 'execa';
import type { ControllerProcess } from '../support/controller.ts';
import { describe, phases, waitForState } from '../support/job.ts';
import { type Guest, runScript, waitForSsh } from '../support/ssh.ts';

export interface CloneSetting {
  controller: ControllerProcess;
  /** Name of the host's system. */
  host: string;
  folder: string;
  /** Private key that the profile lets in. */
  key: string;
  /** The base image. */
  image: string;
  note(what: string, value: unknown): void;
}

const virsh = async (...args: string[]): Promise<string> =>
  (await execa('virsh', ['--quiet', '--connect', 'qemu:///system', ...args])).stdout;

/** A network on which the guest can be reached, with a DHCP server as everywhere. */
const startNetwork = async (folder: string): Promise<void> => {
  const file = join(folder, 'network.xml');
  await writeFile(
    file,
    `<network><name>lan</name><forward mode='open'/><bridge name='resole-lan'/>
      <ip address='192.0.2.1' netmask='255.255.255.0'>
        <dhcp><range start='192.0.2.10' end='192.0.2.200'/></dhcp>
      </ip></network>`,
  );
  await virsh('net-define', file);
  await virsh('net-start', 'lan');
};

const addressOf = async (mac: string): Promise<string> => {
  const leases = await virsh('net-dhcp-leases', 'lan', '--mac', mac);
  return /(\d+\.){3}\d+/.exec(leases)?.[0] ?? '';
};

/** Asks for the clone. @returns what waits for its end and looks at it. */
export const startClone = async (setting: CloneSetting): Promise<{ finish(): Promise<void> }> => {
  const { controller, host, image } = setting;
  await startNetwork(setting.folder);
  const file = { path: image };
  await controller.add('image', { name: 'cloud', file, format: 'qcow2', arch: 'x86_64' });
  const job = await controller.cli<JobView>([
    ...['virt', 'create', host, '--profile', 'archive', '--name', 'c1', '--type', 'qemu'],
    ...['--memory', '1024', '--cpus', '1', '--disk', '3', '--network', 'lan'],
    ...['--install', 'clone', '--image', 'cloud'],
  ]);
  return { finish: () => finish(setting, job) };
};

const finish = async (setting: CloneSetting, { id, plan }: JobView): Promise<void> => {
  const { controller, key, note } = setting;
  const job = await waitForState(controller, id, ['returned'], 900);
  note('a clone (s)', phases(job));
  const told = job.events.map(({ type }) => type);
  for (const each of ['answer-file-fetched', 'installer-started', 'installer-done'] as const) {
    assert.ok(told.includes(each), describe(job));
  }
  const guest: Guest = { host: await addressOf(plan.guest?.nic.mac ?? ''), port: 22, key };
  await waitForSsh(guest, 60);
  const said = await runScript(guest, 'hostname; cat /var/lib/cloud/data/instance-id');
  assert.equal(said.trim(), `c1\n${id}-1`);
  const size = Number(await runScript(guest, 'df --output=size -B1 / | tail -n 1'));
  assert.ok(size > 2.5e9, `its root file system did not grow: ${size}`);
  await controller.cli(['virt', 'undefine', 'c1', '--yes']);
};
