import { setTimeout as sleep } from 'node:timers/promises';
import { addProfile } from '../support/inventory.ts';
import { waitForState } from '../support/job.ts';
import { expectReturned, startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

const OUTAGE_SECONDS = 60;

export const outage: EndToEndTest = {
  about: `the controller is a black hole for ${OUTAGE_SECONDS} s in the middle of the installation`,
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'archive');
    const server = await world.server();
    const { id } = await startReinstall(world, server, 'archive', 'kexec');
    await waitForState(world.controller, id, ['installing'], 900);
    world.controller.freeze();
    await sleep(OUTAGE_SECONDS * 1000);
    world.controller.thaw();
    await expectReturned(world, server, id, 1200);
  },
};
