import { addProfile } from '../support/inventory.ts';
import { expectReturned, startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

export const imageKexec: EndToEndTest = {
  about: 'a root file system archive, by kexec, BIOS, DHCP',
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'archive');
    const server = await world.server();
    const job = await startReinstall(world, server, 'archive', 'kexec');
    await expectReturned(world, server, job.id, 900);
  },
};
