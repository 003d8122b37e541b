import { strict as assert } from 'node:assert';
import { addProfile } from '../support/inventory.ts';
import { phases, waitForState } from '../support/job.ts';
import { oldOsUp } from '../support/old-os.ts';
import { run, runScript, waitForSsh } from '../support/ssh.ts';
import { startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

/**
 * The old OS boots by systemd-boot from now on, as one that was installed so. Debian 12's bootctl
 * takes the ESP of this disk for another partition, whose type blkid and udev see rightly: it is
 * told not to look (systemd's ENVIRONMENT.md).
 */
const useSystemdBoot = `
export SYSTEMD_RELAX_ESP_CHECKS=1
mkdir -p /etc/systemd/system/resole-agent.service.d
cat > /etc/systemd/system/resole-agent.service.d/esp.conf <<EOF
[Service]
Environment=SYSTEMD_RELAX_ESP_CHECKS=1
EOF
bootctl install --no-variables --esp-path=/boot/efi
mkdir -p /boot/efi/old
cp /vmlinuz /boot/efi/old/linux
cp /initrd.img /boot/efi/old/initrd
cat > /boot/efi/loader/entries/old.conf <<EOF
title Old OS
linux /old/linux
initrd /old/initrd
options root=LABEL=oldroot ro console=ttyS0 net.ifnames=0
EOF
printf 'timeout 0\\ndefault old.conf\\n' > /boot/efi/loader/loader.conf
sync
`;

/** Everything on the ESP but what systemd-boot itself renews at each boot, and its variables. */
const bootState = [
  'sh',
  '-c',
  'cd /boot/efi; find . -type f ! -name random-seed -exec sha256sum {} + | sort -k2; ls /sys/firmware/efi/efivars | grep -E "OneShot|^Boot" || true',
];

export const systemdBoot: EndToEndTest = {
  about: 'a machine with systemd-boot starts the installer once, is reset, and boots as before',
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'archive');
    const server = await world.server({
      uefi: true,
      prepare: async (guest, vm) => {
        await runScript(guest, useSystemdBoot);
        const from = vm.serial.mark();
        await run(guest, ['systemctl', 'reboot']);
        await vm.serial.waitFor(oldOsUp, { timeoutSeconds: 400, from });
        await waitForSsh(guest, 120);
      },
    });
    const before = await run(server.guest, bootState);
    const { serial } = server.vm;
    const from = serial.mark();
    const { id, plan } = await startReinstall(world, server, 'archive', 'boot-once');
    assert.ok(plan.steps.some(({ step }) => step === 'arm-systemd-boot'));
    // Before it has fetched its answer file, an installer touches nothing.
    await serial.waitFor(/Command line: .*resole\.answer=/, { timeoutSeconds: 400, from });
    await server.vm.reset();
    const job = await waitForState(world.controller, id, ['rolled-back'], 600);
    world.note('phases (s)', phases(job));
    await waitForSsh(server.guest, 300);
    assert.equal(await run(server.guest, bootState), before, 'the boot configuration differs');
  },
};
