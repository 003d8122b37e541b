/** Guests by ISO, PXE and image, and many at once; prints what it found as JSON. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guest, Progress } from '@resole/protocol';
import { execa } from 'execa';
import { follow, run } from '../../../packages/agent/src/exec.ts';
import { openJournal } from '../../../packages/agent/src/journal.ts';
import { tend } from '../../../packages/agent/src/tend.ts';
import { systemClock } from '../../../packages/agent/src/world.ts';
import { bootIso, bootProgram } from '../../support/boot-program.ts';
import { type Libvirt, startHostLibvirt } from '../../support/libvirt-host.ts';
import { until } from '../../support/source-controller.ts';
import { container } from './container.ts';
import { hostDown, neverWere, torn } from './interrupted.ts';
import { rebooted } from './rebooted.ts';
import { many, tooMuch } from './room.ts';
import { served } from './served.ts';
import { create, startNetwork, virsh } from './tiny.ts';
import { startVirtWorld, type VirtWorld } from './world.ts';

const [folder = ''] = process.argv.slice(2);
const found: Record<string, unknown> = {};

const addImages = async (world: VirtWorld): Promise<void> => {
  const media = join(folder, 'media');
  await mkdir(media);
  await bootIso('booted from the ISO', join(media, 'tiny.iso'));
  await writeFile(join(media, 'tiny.raw'), bootProgram('booted from the image'));
  await writeFile(join(media, 'program'), bootProgram('booted from the network'));
  await startNetwork({ name: 'pxe', bridge: 'resole-pxe', net: '192.0.2', file: 'program' }, media);
  const qcow2 = join(media, 'tiny.qcow2');
  await execa('qemu-img', ['convert', '-O', 'qcow2', join(media, 'tiny.raw'), qcow2]);
  for (const format of ['iso', 'raw', 'qcow2']) {
    const file = { path: join(media, `tiny.${format}`) };
    const fields = { name: `tiny-${format}`, file, format, arch: 'x86_64' };
    await world.cli(['image', 'add', '--file', '-'], JSON.stringify(fields));
  }
  const kernel = { path: join(media, 'program') };
  const distro = { name: 'tiny', family: 'linux', breed: 'debian', version: '12', arch: 'x86_64' };
  await world.cli(
    ['distro', 'add', '--file', '-'],
    JSON.stringify({ ...distro, kernel, initrd: kernel }),
  );
  await world.cli(
    ['profile', 'add', '--file', '-'],
    JSON.stringify({ name: 'tiny', distro: 'tiny' }),
  );
};

/** What the guest's program wrote to its console, asked of its host's agent. */
const said = (world: VirtWorld, name: string) =>
  until(`${name}'s console`, 120, async () => {
    const { text } = await world.cli<{ text: string }>(['virt', 'console-log', name]);
    return /booted from the \w+/.exec(text)?.[0];
  });

/** Every way to an OS that needs no installer of ours; the host makes them one after the other. */
const eachWay = async (world: VirtWorld): Promise<void> => {
  const ways: Record<string, string[]> = {
    iso: ['--install', 'iso', '--image', 'tiny-iso', '--network', 'user'],
    raw: ['--install', 'import', '--image', 'tiny-raw', '--network', 'user'],
    qcow2: ['--install', 'import', '--image', 'tiny-qcow2', '--network', 'user'],
    pxe: ['--install', 'pxe', '--network', 'pxe'],
  };
  const make = async ([name, flags]: [string, string[]]) => {
    const { state, error } = await world.ended(await create(world, name, ...flags));
    return [name, error?.message ?? state, await said(world, name)];
  };
  found.ways = await Promise.all(Object.entries(ways).map(make));
  const guests = await world.cli<Guest[]>(['virt', 'list', world.host]);
  found.running = guests.map(({ name, state }) => `${name} ${state}`).sort();
  await virsh('suspend', 'iso');
  await world.cli(['virt', 'start', 'iso']);
  found.resumed = (await virsh('domstate', 'iso')).trim();
  await switchedOff(world, guests);
  for (const name of Object.keys(ways)) await world.cli(['virt', 'undefine', name, '--yes']);
};

/** An installer that ends is heard of at once and followed by the first boot; an operator's word holds. */
const switchedOff = async (world: VirtWorld, guests: readonly Guest[]): Promise<void> => {
  const uuidOf = (name: string) => guests.find((guest) => guest.name === name)?.uuid ?? '';
  const journal = await openJournal(join(folder, 'tending'));
  const uuid = uuidOf('raw');
  const until24 = new Date(Date.now() + 86_400_000).toISOString();
  const connection = 'qemu:///system' as const;
  const guest = { job: 'job_aaaaaaaaaaaaaaaaaaaa', attempt: 1, uuid, connection };
  const entry = { ...guest, until: until24 };
  await journal.update((record) => ({ ...record, tended: [entry] }));
  const told: string[] = [];
  const stop = new AbortController();
  const tell = (_job: string, _attempt: number, { phase }: Progress) => void told.push(phase);
  const ports = { run, follow, clock: systemClock, log: () => undefined, tell };
  const tending = tend(journal, ports, stop.signal);
  // The first event proves that libvirt is listened to.
  await until('an event', 60, async () => {
    await virsh('suspend', uuid);
    await virsh('resume', uuid);
    return told.length > 0 || undefined;
  });
  await virsh('destroy', uuid);
  await until('the first boot', 60, async () => journal.record.tended === undefined || undefined);
  stop.abort();
  await tending;
  found.told = [...new Set(told)];

  await world.cli(['virt', 'destroy', 'iso', '--yes']);
  await until('the host’s agent', 60, async () => {
    const log = await readFile(join(folder, 'agent.log'), 'utf8');
    return log.includes(`guest ${uuidOf('iso')} of`) || undefined;
  });
  found.destroyed = (await virsh('domstate', uuidOf('iso'))).trim();
};

/** What the profile may say of a guest's hardware, as libvirt has it in the end. */
const hardware = async (world: VirtWorld): Promise<void> => {
  const flags = [
    ...['--install', 'pxe', '--network', 'user', '--machine', 'q35', '--firmware', 'uefi-secure'],
    ...['--graphics', 'vnc', '--cpu-model', 'qemu64', '--disk', 'size=0.1,bus=sata,format=raw'],
    ...['--nic-model', 'e1000', '--no-autostart'],
  ];
  const { state, error } = await world.ended(await create(world, 'secure', ...flags));
  const xml = await virsh('dumpxml', 'secure').catch(() => '');
  found.hardware = [
    error?.message ?? state,
    ...[/machine='pc-q35/, /secure='yes'/, /<graphics type='vnc'/, /<model[^>]*>qemu64</].map(
      (pattern) => pattern.test(xml),
    ),
    ...[/bus='sata'/, /<model type='e1000'/, /enabled='yes' name='enrolled-keys'/].map((pattern) =>
      pattern.test(xml),
    ),
  ];
  await world.cli(['virt', 'undefine', 'secure', '--yes']);
};

/** What can't be started: its disk is made, and gone again. */
const broken = async (world: VirtWorld): Promise<void> => {
  const unfit = create(world, 'unfit', '--install', 'import', '--image', 'tiny-iso');
  found.unfit = await unfit.then(
    () => 'made',
    ({ message }: Error) => /is iso, not [\w ]+/.exec(message)?.[0] ?? message,
  );
  const flags = ['--install', 'pxe', '--network', 'user', '--machine', 'none-such'];
  const { state, error } = await world.ended(await create(world, 'broken', ...flags));
  found.broken = [state, error?.message];
};

const test = async (libvirt: Libvirt): Promise<void> => {
  const world = await startVirtWorld(folder);
  try {
    await addImages(world);
    await eachWay(world);
    found.served = await served(world, folder);
    found.container = await container(world);
    await hardware(world);
    found.rebooted = await rebooted(world, libvirt);
    await broken(world);
    found.tooMuch = await tooMuch(world);
    Object.assign(found, await torn(world, libvirt));
    found.hostDown = await hostDown(world, libvirt, folder);
    Object.assign(found, await many(world));
    found.neverWere = await until('all to be forgotten', 20, async () => {
      const names = await neverWere(world);
      return names.length === 0 ? names : undefined;
    });
    found.left = await readdir('/var/lib/libvirt/images');
  } finally {
    await world.stop();
  }
};

const libvirt = await startHostLibvirt(join(folder, 'libvirt'), join(folder, 'libvirtd.log'));
try {
  await test(libvirt);
} finally {
  await libvirt.stop();
}
console.log(JSON.stringify(found, null, 1));
