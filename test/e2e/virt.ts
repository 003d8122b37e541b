import { join } from 'node:path';
import { execa } from 'execa';
import { agentFolder } from '../support/artefacts.ts';
import { repository } from '../support/cache.ts';
import { cloudImage } from '../support/cloud-image.ts';
import type { EndToEndTest } from './world.ts';

/**
 * Libvirt's daemon keeps to fixed places and opens sockets: all of it, the controller and the host's
 * agent run in namespaces of their own, which end with the process that is started here.
 */
export const virt: EndToEndTest = {
  about: 'a guest is made, listed, shut down, made anew and removed by the agent of its host',
  memoryMiB: 2048,
  installs: ['archive', 'debian-installer'],
  run: async (world) => {
    const { dataDir, logFile } = world.controller.options;
    // Its controller is another one: this namespace's.
    await world.controller.stop();
    const node = join(repository, 'node_modules/.bin/node');
    const image = await cloudImage();
    const inside = join(import.meta.dirname, 'virt-inside.ts');
    const { stdout } = await execa(
      'unshare',
      [
        ...['--net', '--mount', '--propagation', 'private'],
        // With its first process every other one ends, guests too.
        ...['--pid', '--mount-proc', '--fork', '--kill-child'],
        // A first process that only waits: its children are no orphans, and it buries the dead.
        ...['sh', '-c', '"$@"; exit "$?"', 'sh'],
        ...[node, inside, dataDir, logFile.replace(/\.controller\.log$/, ''), agentFolder],
        ...[world.old.key, image],
      ],
      { stderr: 'inherit' },
    );
    for (const [what, value] of JSON.parse(stdout.split('\n').at(-1) ?? '[]')) {
      world.note(what, value);
    }
  },
};
