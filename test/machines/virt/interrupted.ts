/** Creations that are cut off in the middle: nothing is left of them. */
import { randomUUID } from 'node:crypto';
import { copyFile, readdir, watch, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JobView } from '@resole/protocol';
import { execa } from 'execa';
import type { Libvirt } from '../../support/libvirt-host.ts';
import { until } from '../../support/source-controller.ts';
import { create, running, virsh } from './tiny.ts';
import type { VirtWorld } from './world.ts';

/** The agent dies with the disk half made, its host goes down with libvirt; and nobody wants it any more. */
export const torn = async (world: VirtWorld, libvirt: Libvirt) => {
  const images = '/var/lib/libvirt/images';
  const appeared = (async () => {
    for await (const { filename } of watch(images)) if (filename?.startsWith('resole-')) return;
  })();
  const flags = ['--install', 'import', '--image', 'tiny-raw', '--network', 'user'];
  const job = await create(world, 'torn', ...flags);
  await appeared;
  await world.agent.kill();
  const half = (await readdir(images)).length;
  await libvirt.restart();
  await world.cli(['job', 'cancel', job.id]);
  world.agent.start();
  const { state } = await world.ended(job);
  return { half, torn: [state, await readdir(images), await virsh('list', '--all', '--name')] };
};

/** Puts a file in the place of another, for this namespace. @returns what takes it away again */
const inPlaceOf = async (folder: string, place: string, text: string) => {
  const own = join(folder, basename(place));
  await writeFile(own, text, { mode: 0o755 });
  await execa('mount', ['--bind', own, place]);
  return async () => void (await execa('umount', ['--lazy', place]));
};

/** The host goes down before virt-install has returned: there is a guest that nobody has noted. */
export const hostDown = async (world: VirtWorld, libvirt: Libvirt, folder: string) => {
  const program = '/usr/bin/virt-install';
  const real = join(folder, 'real-virt-install');
  await copyFile(program, real);
  const slow = `#!/bin/sh\n${real} "$@"\ncase "$*" in *--print-xml) ;; *) sleep 60 ;; esac\n`;
  const flags = ['--install', 'import', '--image', 'tiny-raw', '--network', 'user'];
  const quick = await inPlaceOf(folder, program, slow);
  const job = await create(world, 'halfway', ...flags);
  await until('the guest', 60, async () => (await running()).includes('halfway') || undefined);
  await world.agent.kill();
  await quick();
  await virsh('destroy', 'halfway').catch(() => '');
  await libvirt.restart();
  const sameBoot = await inPlaceOf(folder, '/proc/sys/kernel/random/boot_id', `${randomUUID()}\n`);
  world.agent.start();
  const { state, error } = await world.ended(job);
  const left = await readdir('/var/lib/libvirt/images');
  await sameBoot();
  return [state, error?.code, left, await virsh('list', '--all', '--name')];
};

/** Systems of guests that never were. */
export const neverWere = async (world: VirtWorld): Promise<string[]> => {
  const systems = await world.cli<{ name: string }[]>(['system', 'list']);
  const jobs = await world.cli<JobView[]>(['job', 'list']);
  const failed = new Set(
    jobs
      .filter(({ kind }) => kind === 'virt-create')
      .filter(({ state }) => ['cancelled', 'failed', 'rolled-back'].includes(state))
      .map(({ systemName }) => systemName),
  );
  return systems.map(({ name }) => name).filter((name) => failed.has(name));
};
