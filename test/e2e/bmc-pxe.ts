import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView, Plan } from '@resole/protocol';
import { bmcOf } from '../support/bmc-of-vm.ts';
import { addProfile } from '../support/inventory.ts';
import { describe, phases, waitForState } from '../support/job.ts';
import { identity } from '../support/qemu-args.ts';
import { waitForAgent } from '../support/server.ts';
import { guestNetwork } from '../support/vm.ts';
import { expectReturned } from './reinstalled.ts';
import type { EndToEndTest, World } from './world.ts';

/** What the BMC was told, without the questions. */
const ordersOf = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('set '));

const messages = (job: JobView, type: string): (string | undefined)[] =>
  job.events.filter((event) => event.type === type).map(({ message }) => message);

/** From nothing but a MAC and a BMC to an OS whose agent is connected. */
const installWithoutAgent = async (world: World, name: string): Promise<string> => {
  const plan = await world.controller.cli<Plan>(['reinstall', name, '--dry-run']);
  assert.deepEqual(
    [plan.method, plan.erases.map(({ id }) => id), plan.network?.ipv4.method],
    ['pxe', ['only'], 'dhcp'],
  );
  const job = await world.controller.cli<JobView>(['reinstall', name, '--yes']);
  return job.id;
};

/** An installer that starts and never says a word; the BMC brings the OS back. */
const stallAndFallBack = async (world: World, name: string): Promise<void> => {
  const { controller, old } = world;
  await addProfile(controller, old, 'archive', {
    name: 'silent',
    kernelOptions: { rdinit: '/bin/sh' },
    deadlines: { 'handing-over': 40 },
    powerPolicy: { onStall: 'cycle' },
  });
  await waitForAgent(controller, name);
  const { id } = await controller.cli<JobView>(['reinstall', name, '--profile', 'silent', '--yes']);
  const job = await waitForState(controller, id, ['rolled-back'], 600);
  world.note('stall and fall-back: phases (s)', phases(job));
  // No agent runs there that could show that it was off, and a BMC may be too quick to be seen.
  const cycled = messages(job, 'power-cycled');
  assert.match(
    cycled.join('\n'),
    /^by ipmi( \(it was on before and is on now, .*\))?$/,
    describe(job),
  );
  assert.equal(job.error?.code, 'rolled-back');
  assert.match(job.error?.message ?? '', /power-cycled/);
  await waitForAgent(controller, name);
};

/** Out of service: off by its agent, which the BMC proves; nothing reinstalls it by mistake. */
const decommission = async (world: World, name: string): Promise<void> => {
  const { controller } = world;
  const { id } = await controller.cli<JobView>(['decommission', name, '--yes']);
  const job = await waitForState(controller, id, ['powered-off'], 400);
  world.note('decommission: phases (s)', phases(job));
  const [first, ...others] = messages(job, 'step-done');
  assert.equal(first, 'soft-off by agent: off', describe(job));
  // An agent is gone some seconds before its machine is off.
  assert.match(others.shift() ?? '', /^soft-off by ipmi: off( already)?$/, describe(job));
  assert.deepEqual(others, ['off by ipmi: off already', 'the machine is off'], describe(job));
  const again = await controller.tryCli(['reinstall', name, '--yes']);
  assert.equal(JSON.parse(again.stderr).error.code, 'system-decommissioned');
  const agents = await controller.cli<{ revoked: boolean }[]>(['agent', 'list']);
  assert.ok(agents.every(({ revoked }) => revoked));
};

export const bmcPxe: EndToEndTest = {
  about: 'an empty machine and its BMC: network boot, a stalled installer cycled, decommissioned',
  memoryMiB: 1536,
  installs: ['archive'],
  run: async (world) => {
    const { controller } = world;
    await addProfile(controller, world.old, 'archive');
    const vm = await world.emptyMachine();
    const { name } = vm;
    const bootFile = `http://${guestNetwork.host}:${controller.provisionPort}/v1/boot/ipxe`;
    const { bmc, stop } = await bmcOf(vm, bootFile);
    try {
      const password = join(controller.options.dataDir, 'bmc-password');
      await writeFile(password, `${bmc.password}\n`, { mode: 0o600 });
      await controller.cli([
        ...['system', 'add', name, '--profile', 'archive', '--mac', identity(name).mac],
        ...['--power-driver', 'ipmi', '--power-address', '127.0.0.1'],
        ...['--power-port', String(bmc.port), '--power-user', 'admin'],
        ...['--power-password-file', password, '--power-option', 'cipherSuite=3'],
      ]);
      const id = await installWithoutAgent(world, name);
      await waitForState(controller, id, ['installer-booted', 'installing'], 300);
      assert.deepEqual(ordersOf(await bmc.orders()), ['set boot pxe', 'set power 1']);
      const guest = { port: vm.sshPort, key: world.old.key };
      const job = await expectReturned(world, { vm, guest, name }, id, 900);
      // The firmware still asks the network first: it was sent to the disk.
      assert.equal(messages(job, 'boot-script-fetched').length, 1, describe(job));
      assert.equal(messages(job, 'boot-files-fetched').length, 1, describe(job));
      await stallAndFallBack(world, name);
      await decommission(world, name);
      assert.equal(vm.isOn, false);
    } finally {
      await stop();
    }
  },
};
