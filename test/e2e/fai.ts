import { addProfile } from '../support/inventory.ts';
import { expectReturned, startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

export const fai: EndToEndTest = {
  about: "FAI, a third party's installer, by kexec",
  memoryMiB: 2048,
  installs: ['fai'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'fai');
    const server = await world.server();
    const job = await startReinstall(world, server, 'fai', 'kexec');
    await expectReturned(world, server, job.id, 1800);
  },
};
