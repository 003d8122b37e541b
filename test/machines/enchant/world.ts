/** A controller, servers with nothing but OpenSSH, and what a visit may have left on them. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type SourceController, startSourceController } from '../../support/source-controller.ts';
import { type Keys, makeKeys, type SshServer, startSshServer } from './servers.ts';

export interface EnchantWorld {
  folder: string;
  controller: SourceController;
  keys: Keys;
  /** Bytes of the agent as it travels. */
  packed: number;
  start(name: string, options: Parameters<typeof startSshServer>[2]): Promise<SshServer>;
  /** Servers that are not as they were when they had started. */
  changed(): Promise<string[]>;
}

const addProfile = async ({ cli }: SourceController): Promise<void> => {
  const file = { path: process.execPath };
  const distro = { family: 'linux', breed: 'debian', version: '12', arch: 'x86_64' };
  const fields = { name: 'tiny', ...distro, kernel: file, initrd: file };
  await cli(['distro', 'add', '--file', '-'], JSON.stringify(fields));
  await cli(['profile', 'add', '--file', '-'], JSON.stringify({ name: 'web', distro: 'tiny' }));
};

/** Loopback, and a network that leads nowhere: a server without a default route is refused. */
const openNetwork = async (folder: string): Promise<void> => {
  for (const words of [
    'link set lo up',
    'link add net0 type veth peer name net1',
    'address add 192.0.2.10/24 dev net0',
    'link set net1 up',
    'link set net0 up',
    'route add default via 192.0.2.1',
  ]) {
    await execa('ip', words.split(' '));
  }
  // Nobody is asked for names: no answer would be waited for.
  await writeFile(join(folder, 'resolv.conf'), '');
  await execa('mount', ['--bind', join(folder, 'resolv.conf'), '/etc/resolv.conf']);
};

/** Prints, as JSON, what `work` has found. */
export const inWorld = async (
  work: (world: EnchantWorld) => Promise<unknown>,
  agent?: Parameters<typeof startSourceController>[1],
): Promise<void> => {
  const [folder = ''] = process.argv.slice(2);
  await openNetwork(folder);
  const controller = await startSourceController(folder, agent);
  try {
    await addProfile(controller);
    const keys = await makeKeys(join(folder, 'keys'));
    const before = new Map<SshServer, { name: string; traces: string }>();
    const start: EnchantWorld['start'] = async (name, options) => {
      const server = await startSshServer(join(folder, name), keys, options);
      before.set(server, { name, traces: await server.traces() });
      return server;
    };
    const changed = async () => {
      const all = [...before].map(async ([server, { name, traces }]) =>
        (await server.traces()) === traces ? [] : [name],
      );
      return (await Promise.all(all)).flat();
    };
    const { size: packed } = await stat(join(folder, 'agents/resole-agent-x86_64.gz'));
    const world = { folder, controller, keys, packed, start, changed };
    console.log(JSON.stringify(await work(world)));
  } finally {
    await controller.stop();
  }
};
