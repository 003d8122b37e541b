import { strict as assert } from 'node:assert';
import { addProfile } from '../support/inventory.ts';
import { run, runScript, waitForSsh } from '../support/ssh.ts';
import { guestNetwork } from '../support/vm.ts';
import { expectReturned, startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

const address = '10.0.2.77';

/** Makes the old server's network static, as a hoster's image would have it. */
const makeStatic = `
rm -f /etc/systemd/network/*
cat > /etc/systemd/network/10-static.network <<EOF
[Match]
Name=en* eth*
[Network]
Address=$1/24
Gateway=$2
DNS=$3
LinkLocalAddressing=no
IPv6AcceptRA=no
EOF
echo "nameserver $3" > /etc/resolv.conf
`;

export const imageBootOnce: EndToEndTest = {
  about: 'a disk image, by GRUB for one boot, UEFI, static IPv4 that the new OS keeps',
  memoryMiB: 2048,
  installs: ['disk-image'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'disk-image');
    const server = await world.server({
      uefi: true,
      prepare: async (guest, vm) => {
        await runScript(guest, makeStatic, [address, guestNetwork.gateway, guestNetwork.dns]);
        // The address changes under the connection: what comes next goes over a new way in.
        const later = 'sleep 1; networkctl reload; networkctl reconfigure eth0';
        await runScript(guest, `nohup sh -c '${later}' >/dev/null 2>&1 &`);
        guest.port = await vm.forward(22, address);
        await waitForSsh(guest, 120);
      },
    });
    const job = await startReinstall(world, server, 'disk-image', 'boot-once');
    await expectReturned(world, server, job.id, 1200);
    const live = JSON.parse(
      await run(server.guest, ['ip', '-j', '-4', 'addr', 'show', 'scope', 'global']),
    );
    assert.equal(live[0]?.addr_info[0]?.local, address);
    assert.notEqual(live[0]?.addr_info[0]?.dynamic, true, 'the address must be static');
    const [route] = JSON.parse(
      await run(server.guest, ['ip', '-j', '-4', 'route', 'show', 'default']),
    );
    assert.equal(route.gateway, guestNetwork.gateway);
    assert.equal(
      (await run(server.guest, ['sh', '-c', 'test -d /sys/firmware/efi && echo uefi'])).trim(),
      'uefi',
    );
  },
};
