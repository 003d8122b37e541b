/** Which systems become guests, and what is stored of them; the host's agent is made up. */
import type { System, Virt } from '@resole/protocol';
import { expect, test } from 'vitest';
import { previewOf } from '../../packages/controller/src/answers/preview.ts';
import { representativeAgent } from '../../packages/controller/src/answers/representative.ts';
import { resolveSystem } from '../../packages/controller/src/inventory/chain.ts';
import { guestService } from '../support/guest-service.ts';

test('a guest keeps its profile and what was asked for: to make it anew, nothing is said again', async () => {
  const { create, made, system, cloud, web, db } = await guestService();
  const virt: Virt = { install: 'import', image: 'cloud', cpus: 3 };
  expect((await made(await create({ profile: 'web', virt }))).state).toBe('done');
  expect(await system()).toMatchObject({
    profile: web.id,
    virt: { install: 'import', image: cloud.id, cpus: 3 },
  });
  const again = await create({ recreate: true });
  expect(again.plan).toMatchObject({ profile: { name: 'web' }, guest: { cpus: 3 } });
  await made(again);
  await made(await create({ recreate: true, profile: 'db' }));
  expect((await system())?.profile).toBe(db.id);
});

test.each<[string, Virt]>([
  ['by PXE', { install: 'pxe' }],
  ['by ISO', { install: 'iso', image: 'iso' }],
  ['as a container', { type: 'lxc' }],
])('so it is %s, also where it was given up', async (_, virt) => {
  const { create, goes, runner } = await guestService();
  const job = await create({ profile: 'web', virt });
  await goes(job, 'accepted', 'armed', 'handing-over', 'deadline-passed');
  expect((await runner.cancel(job.id)).state).toBe('failed');
  expect((await create({ recreate: true })).plan.profile?.name).toBe('web');
});

type World = Awaited<ReturnType<typeof guestService>>;

test.each<[string, Partial<System>, (world: World, id: string) => unknown]>([
  ['it has an agent', {}, ({ enrolled }, id) => enrolled(id)],
  [
    'an agent has told of it',
    {},
    async ({ store, facts, enrolled, host: { id: _, name: __, ...stored } }, id) => {
      await enrolled(id, true);
      await store.facts.create({ ...stored, id, facts });
    },
  ],
  ['it has a BMC', { power: { driver: 'auto', address: '192.0.2.9' } }, () => undefined],
  ['it has a BMC', { power: { driver: 'fence', user: 'admin' } }, () => undefined],
])('no guest takes the place of a machine: %s', async (sign, fields, prepare) => {
  const world = await guestService();
  const { id } = await world.add({ ...fields, macs: ['52:54:00:aa:bb:01'] });
  await prepare(world, id);
  const before = await world.system();
  await expect(world.create({ profile: 'web' })).rejects.toMatchObject({
    code: 'name-taken',
    message: `g1 is a machine, not a guest of host1: ${sign}`,
    remedy:
      'choose another name for the guest; if g1 does run on host1, say so first: ' +
      '`resole system edit g1 --virt-host host1`',
  });
  expect(await world.system()).toEqual(before);
  expect(await world.store.jobs.list()).toEqual([]);
});

test('a system that nobody has seen becomes a guest, and so does one that is said to be it', async () => {
  const { create, add, enrolled, host, system } = await guestService();
  const planned = await add({ macs: ['52:54:00:aa:bb:01'] });
  expect((await create({ profile: 'web' })).system).toBe(planned.id);
  expect(await system()).toMatchObject({ virtHost: host.id, macs: ['52:54:00:aa:bb:01'] });
  const own = await add({ name: 'g2', virtHost: host.id });
  await enrolled(own.id);
  expect((await create({ name: 'g2', profile: 'web' })).system).toBe(own.id);
});

test('a creation that is refused leaves the guest that is there as it was', async () => {
  const { create, made, system, room, goes } = await guestService();
  const virt: Virt = { install: 'import', image: 'cloud' };
  const first = await made(await create({ profile: 'web', virt }));
  const before = await system();
  const refused = {
    code: 'virt-host-unfit',
    message: 'host1 has a guest g1 already',
    remedy: 'make it anew (`resole virt recreate g1`), or choose another name',
  };
  await expect(create({ virt: { memoryMiB: 9 } })).rejects.toMatchObject({
    ...refused,
    details: [
      {
        field: 'uuid',
        problem: 'a guest with this UUID is there',
        value: first.plan.guest?.uuid,
      },
    ],
  });
  // An agent of before has no UUIDs to tell.
  delete room.held;
  await expect(create({ virt: { memoryMiB: 9 } })).rejects.toMatchObject(refused);

  const running = await create({ recreate: true });
  const meanwhile = await system();
  await expect(create({ recreate: true, virt: { memoryMiB: 9 } })).rejects.toMatchObject({
    code: 'job-running',
  });
  expect(await system()).toEqual(meanwhile);
  expect(meanwhile).toEqual({ ...before, revision: 2 });
  await goes(running, 'cancel-requested');
});

test('what is said of the bridge takes the place of a network, wherever that was said', async () => {
  const { create, made, system, room } = await guestService();
  const job = await create({ profile: 'web', virt: { bridge: 'br0' } });
  expect(job.plan.guest?.nic).toMatchObject({ bridge: 'br0' });
  expect(job.plan.guest?.nic.network).toBeUndefined();
  await made(job);
  room.networks.push('dmz');
  const again = await create({ recreate: true, virt: { network: 'dmz' } });
  expect(again.plan.guest?.nic).toMatchObject({ network: 'dmz' });
  expect((await system())?.virt).toEqual({ network: 'dmz' });
  await made(again);
  await expect(
    create({ recreate: true, virt: { network: 'dmz', bridge: 'br0' } }),
  ).rejects.toMatchObject({
    message: 'a guest has a bridge or a network, not both',
    details: [{ field: 'virt', problem: 'has both', value: { network: 'dmz', bridge: 'br0' } }],
  });
});

test.each<[string, string, Virt]>([
  ['debian-installer/preseed.cfg', 'by kernel', { disks: [{ sizeGiB: 5 }] }],
  ['debian-installer/preseed.cfg', 'by PXE', { install: 'pxe' }],
  ['cloud-init/user-data', 'as a clone', { install: 'clone', image: 'cloud' }],
])('its answer file can be seen before, whatever runs in it: %s %s', async (template, _, virt) => {
  const { create, system, store, facts } = await guestService();
  const job = await create({ profile: 'db', virt });
  const guest = await system();
  if (guest === undefined) throw new Error('there is no guest');
  const target = await resolveSystem(store, guest);
  const seen = previewOf(
    { system: guest, ...target, repos: [], facts },
    { id: job.id, attempt: 1 },
    representativeAgent,
  );
  expect(seen).toEqual({ answer: job.answer, notes: [] });
  expect(seen?.answer.template).toBe(template);
});

test('what is put on a disk is refused without one', async () => {
  const { create } = await guestService();
  await expect(create({ profile: 'db', virt: { disks: [] } })).rejects.toMatchObject({
    code: 'invalid-input',
    message: 'a guest by kernel needs a disk',
    remedy: 'give it one: --disk 20',
  });
  expect((await create({ profile: 'web', virt: { disks: [], install: 'pxe' } })).state).toBe(
    'queued',
  );
});
