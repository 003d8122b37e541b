/** A guest whose firmware asks the controller: the real iPXE is handed the profile's installer, once. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guest, JobState, JobView } from '@resole/protocol';
import { tinyKernel } from '../../support/boot-program.ts';
import { until } from '../../support/source-controller.ts';
import { create, startNetwork, virsh } from './tiny.ts';
import type { VirtWorld } from './world.ts';

/** A profile whose installer is a kernel that prints its arguments; what it does else is done here. */
const addProfile = async ({ cli }: VirtWorld, folder: string): Promise<void> => {
  const [kernel, initrd] = [join(folder, 'kernel'), join(folder, 'initrd')];
  await writeFile(kernel, tinyKernel());
  await writeFile(initrd, 'an initrd');
  const distro = {
    ...{ name: 'served', family: 'debian-installer', breed: 'debian', version: '12' },
    ...{ arch: 'x86_64', kernel: { path: kernel }, initrd: { path: initrd } },
  };
  await cli(['distro', 'add', '--file', '-'], JSON.stringify(distro));
  const answer = { name: 'served/answer', text: 'it becomes {{ system.name }}\n' };
  await cli(['template', 'add', '--file', '-'], JSON.stringify(answer));
  const profile = { name: 'served', distro: 'served', answerFile: 'served/answer' };
  // Nobody returns from it: it is soon given up.
  const deadlines = { installed: 1 };
  await cli(['profile', 'add', '--file', '-'], JSON.stringify({ ...profile, deadlines }));
};

/** @returns how its installation went, as whoever watches sees it. */
export const served = async (world: VirtWorld, parent: string): Promise<unknown> => {
  const { cli, provisionUrl } = world;
  const folder = join(parent, 'served');
  await mkdir(folder);
  await addProfile(world, folder);
  const file = `${provisionUrl}/v1/boot/ipxe`;
  const network = { name: 'served', bridge: 'resole-served', net: '203.0.113', file };
  await startNetwork(network, folder);
  const flags = ['--profile', 'served', '--install', 'pxe', '--network', 'served'];
  const { id } = await create(world, 'served', ...flags);
  const job = () => cli<JobView>(['job', 'show', id]);
  const reached = (wanted: JobState) =>
    until(`job ${id} to be ${wanted}`, 120, async () =>
      (await job()).state === wanted ? true : undefined,
    );
  // What the kernel prints is what an installer would read.
  const url = await until('its kernel', 120, async () => {
    const { text } = await cli<{ text: string }>(['virt', 'console-log', 'served']);
    return / url=(\S+)/.exec(text)?.[1];
  });
  const answer = await (await fetch(url)).text();
  await reached('installer-booted');
  await fetch(url.replace(/answer-file$/, 'events/done'), { method: 'POST' });
  // As an installer ends: off, and on again into what is on the disk now.
  await virsh('destroy', 'served');
  await until('the first boot', 60, async () => {
    const guests = await cli<Guest[]>(['virt', 'list', world.host]);
    const { events } = await job();
    const on = guests.some(({ name, state }) => name === 'served' && state === 'running');
    return (on && events.some(({ message }) => message?.includes('first boot'))) || undefined;
  });
  await reached('stalled');
  const { events, plan } = await job();
  await cli(['job', 'cancel', id]);
  await cli(['virt', 'undefine', 'served', '--yes']);
  // Its installer has run: unlike one that never was it stays until it is removed.
  await cli(['system', 'remove', 'served', '--yes']);
  const told = new Set(events.map(({ type }) => type));
  const signs = ['boot-script-fetched', 'boot-files-fetched', 'answer-file-fetched'] as const;
  return [plan.method, answer, ...signs.filter((each) => told.has(each))];
};
