import { strict as assert } from 'node:assert';
import { addProfile } from '../support/inventory.ts';
import { describe, phases, waitForState } from '../support/job.ts';
import { run, waitForSsh } from '../support/ssh.ts';
import { startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

/** Every file of the boot configuration with its checksum, mode and owner, and the ESP's. */
const bootState = [
  'sh',
  '-c',
  'find /boot /etc/default/grub /etc/grub.d /etc/default/kexec -printf "%p %y %m %U %s\\n" | sort; find /boot /etc/default/grub /etc/grub.d -type f -exec sha256sum {} + | sort -k2',
];

export const preseedRollback: EndToEndTest = {
  about: 'debian-installer starts, cannot go on, is reset: the old OS comes back as it was',
  memoryMiB: 2048,
  installs: ['debian-installer'],
  run: async (world) => {
    // Its own deadlines make the test short; what happens when they pass is the same.
    await addProfile(world.controller, world.old, 'debian-installer', {
      deadlines: { 'installer-booted': 45, installing: 45 },
      // A mirror that is none: the installer asks for another one, and nobody answers.
      vars: { mirror_host: 'mirror.invalid' },
    });
    const server = await world.server();
    const before = await run(server.guest, bootState);
    const { id } = await startReinstall(world, server, 'debian-installer', 'boot-once');
    await waitForState(world.controller, id, ['installer-booted', 'installing'], 900);
    const stalled = await waitForState(world.controller, id, ['stalled'], 400);
    assert.equal(stalled.error?.code, 'deadline-passed', describe(stalled));
    assert.match(stalled.error?.message ?? '', /last sign: the installer/);

    await server.vm.reset();
    await waitForState(world.controller, id, ['rolled-back'], 600);
    const job = await waitForState(world.controller, id, ['rolled-back'], 1);
    world.note('phases (s)', phases(job));
    assert.equal(job.error?.code, 'rolled-back');
    assert.match(job.error?.message ?? '', /the old OS came back; last sign: the installer/);
    await waitForSsh(server.guest, 300);
    await run(server.guest, ['test', '-e', '/etc/old-os']);
    assert.equal(await run(server.guest, bootState), before, 'the boot configuration differs');
  },
};
