/** A host that reboots keeps its guests, and starts those again that it is to start. */
import type { Guest } from '@resole/protocol';
import type { Libvirt } from '../../support/libvirt-host.ts';
import { until } from '../../support/source-controller.ts';
import { create } from './tiny.ts';
import type { VirtWorld } from './world.ts';

/** One that starts with its host, and one that doesn't; both run before. */
export const rebooted = async (world: VirtWorld, libvirt: Libvirt) => {
  const flags = ['--install', 'import', '--image', 'tiny-raw', '--network', 'user'];
  await world.ended(await create(world, 'eager', ...flags));
  await world.ended(await create(world, 'idle', ...flags, '--no-autostart'));
  const guests = async () =>
    (await world.cli<Guest[]>(['virt', 'list', world.host]))
      .map(({ name, state, autostart, memoryMiB }) => ({ name, state, autostart, memoryMiB }))
      .sort((one, other) => one.name.localeCompare(other.name));
  const before = await guests();
  await world.agent.kill();
  await libvirt.reboot();
  world.agent.start();
  const after = await until('the guest that starts with its host', 60, async () => {
    const now = await guests();
    return now.some(({ state }) => state === 'running') ? now : undefined;
  });
  for (const { name } of after) await world.cli(['virt', 'undefine', name, '--yes']);
  return { before, after };
};
