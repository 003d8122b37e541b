import { strict as assert } from 'node:assert';
import { addProfile } from '../support/inventory.ts';
import { phases, waitForState } from '../support/job.ts';
import { run, runScript, waitForSsh } from '../support/ssh.ts';
import { startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

/** GRUB starts this OS, but nothing can be added to its menu: as where grub.cfg is written by hand. */
const useFixedMenu = `
sed -i 's/custom\\.cfg/no-such.cfg/g' /boot/grub/grub.cfg
sync
`;

/** Everything on the ESP, and the firmware's boot variables with what is in them. */
const bootState = [
  'sh',
  '-c',
  'cd /boot/efi; find . -type f -exec sha256sum {} + | sort -k2; cd /sys/firmware/efi/efivars; ' +
    'sha256sum $(ls | grep -E "^Boot(Order|Next|[0-9A-F]{4})-")',
];

export const efiBootNext: EndToEndTest = {
  about: "the firmware starts the installer once, beside a GRUB that can't, then boots as before",
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'archive');
    const server = await world.server({
      uefi: true,
      prepare: async (guest) => {
        await runScript(guest, useFixedMenu);
      },
    });
    const before = await run(server.guest, bootState);
    const { serial } = server.vm;
    const from = serial.mark();
    const { id, plan } = await startReinstall(world, server, 'archive', 'boot-once');
    assert.ok(plan.steps.some(({ step }) => step === 'arm-efi'));
    // By the kernel's own EFI stub: the initrd is named as only the firmware is told it.
    const line = /Command line: .*resole\.answer=.* initrd=\\EFI\\resole\\initrd/;
    await serial.waitFor(line, { timeoutSeconds: 400, from });
    // Before it has fetched its answer file, an installer touches nothing.
    await server.vm.reset();
    const job = await waitForState(world.controller, id, ['rolled-back'], 600);
    world.note('phases (s)', phases(job));
    await waitForSsh(server.guest, 300);
    assert.equal(await run(server.guest, bootState), before, 'the boot configuration differs');
  },
};
