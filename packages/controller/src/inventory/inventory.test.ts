import { expect, test } from 'vitest';
import { newId, stamped } from '../store/stored.ts';
import { resolveProfile } from './chain.ts';
import { refusalOf, testInventory } from './testing.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

test('repos and images are kept, and referred to by their ids', async () => {
  const { inventory } = await testInventory();
  const repo = await inventory.repos.add({
    name: 'updates',
    type: 'apt',
    url: 'http://mirror.example.org/debian',
    suites: ['trixie-updates'],
  });
  const image = await inventory.images.add({
    name: 'golden',
    file: { path: import.meta.filename },
    format: 'qcow2',
    arch: 'x86_64',
  });
  expect(image.file).toMatchObject({
    size: expect.any(Number),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const virt = { memoryMiB: 2048, image: 'golden' };
  const web = await inventory.profiles.add({
    name: 'web',
    parent: 'base',
    repos: ['updates'],
    virt,
  });
  expect(web).toMatchObject({ repos: [repo.id], virt: { memoryMiB: 2048, image: image.id } });
  await inventory.repos.edit('updates', { name: 'trixie-updates' });
  expect(await inventory.profiles.edit('web', web)).toEqual(web);
  const users = 'repo "trixie-updates" is used by profile web';
  await expect(inventory.repos.remove('trixie-updates')).rejects.toThrow(users);
  await expect(inventory.images.remove('golden', { recursive: true })).rejects.toThrow(
    'image "golden" is used by profile web',
  );
  const wrong = {
    name: 'x',
    parent: 'base',
    repos: ['updates', 'trixie-updates'],
    virt: { image: 'gold' },
  };
  expect(await refusalOf(inventory.profiles.add(wrong))).toEqual([
    'repos.0: there is no repo "updates"',
    'virt.image: there is no image "gold"',
  ]);
});

test('what only some types of repository have', async () => {
  const { inventory } = await testInventory();
  const url = 'http://mirror.example.org/x';
  const add = (fields: object) => refusalOf(inventory.repos.add({ name: 'r', url, ...fields }));
  expect(await add({ type: 'apt', urlKind: 'metalink' })).toEqual([
    'suites: is missing: an apt repository has suites',
    "urlKind: only dnf's repositories have a metalink",
  ]);
  expect(await add({ type: 'dnf', urlKind: 'metalink' })).toBeUndefined();
});

test('what each family of installers needs', async () => {
  const { inventory } = await testInventory();
  const base = { breed: 'x', version: '1', arch: 'x86_64' };
  const add = (fields: object) => refusalOf(inventory.distros.add({ ...base, ...fields }));
  expect(await add({ name: 'fai', family: 'fai' })).toEqual([
    'kernel: is missing: the installer is booted from it',
    'initrd: is missing: the installer is booted with it',
    'tree: is missing: FAI fetches its root file system from there',
  ]);
  expect(await add({ name: 'w', family: 'windows', tree: '/nonexistent' })).toEqual([
    'tree: is not there',
  ]);
  // A tree that stays elsewhere isn't looked for on the controller.
  expect(
    await add({ name: 'w', family: 'windows', tree: 'http://mirror.example.org/w' }),
  ).toBeUndefined();
});

test('a field of deadlines, virt and powerPolicy is taken away as a key of any map is', async () => {
  const { inventory, store } = await testInventory();
  await inventory.profiles.edit('base', {
    deadlines: { installing: 60, staging: 50 },
    virt: { memoryMiB: 1024, cpus: 2 },
    powerPolicy: { onStall: 'cycle' },
  });
  await inventory.profiles.add({
    name: 'web',
    parent: 'base',
    deadlines: { '!installing': '', queued: 40 },
    virt: { memoryMiB: null, cpus: 4 },
    powerPolicy: { '!onStall': null },
  });
  const web = await inventory.profiles.show('web');
  expect(web.virt).toEqual({ '!memoryMiB': null, cpus: 4 });
  expect((await resolveProfile(store, web)).options).toMatchObject({
    deadlines: { staging: 50, queued: 40 },
    virt: { cpus: 4 },
  });
  expect((await resolveProfile(store, web)).options.powerPolicy).toBeUndefined();
  const wrong = { deadlines: { '!instaling': null, que: 5 }, virt: { '!memory': null } };
  expect(await refusalOf(inventory.profiles.edit('web', wrong))).toEqual([
    'deadlines.!instaling: there is no such field',
    'deadlines.que: there is no such field',
    'virt.!memory: there is no such field',
  ]);
});

test('an inherited value is taken away by an edit, which a copy has too, and null takes that back', async () => {
  const { inventory, store } = await testInventory();
  const proxyOf = async (name: string) =>
    (await resolveProfile(store, await inventory.profiles.show(name))).options.proxy;
  await inventory.profiles.edit('base', { proxy: 'http://proxy.example.org:3128' });
  await inventory.profiles.add({ name: 'web', parent: 'base', proxy: 'http://web.example.org' });
  const taken = await inventory.profiles.edit('web', { '!proxy': '' });
  expect(taken).toMatchObject({ '!proxy': null });
  expect(taken).not.toHaveProperty('proxy');
  await inventory.profiles.copy('web', { name: 'db' });
  expect([await proxyOf('web'), await proxyOf('db')]).toEqual([undefined, undefined]);
  const back = await inventory.profiles.edit('web', { proxy: null });
  expect(back).not.toHaveProperty('!proxy');
  expect(await proxyOf('web')).toBe('http://proxy.example.org:3128');
  const own = { '!proxy': null, proxy: 'http://db.example.org' };
  expect(await inventory.profiles.edit('db', own)).not.toHaveProperty('!proxy');
  expect(await proxyOf('db')).toBe('http://db.example.org');
});

test('a field that does not exist gets the nearest one that does, below names of one’s own too', async () => {
  const { inventory } = await testInventory();
  const interfaces = { eth0: { ipv4: { method: 'static', adresses: ['192.0.2.10/24'] } } };
  await expect(inventory.systems.add({ name: 'web1', interfaces })).rejects.toMatchObject({
    message: 'system "web1": interfaces.eth0.ipv4.adresses: there is no such field',
    remedy: 'did you mean "addresses"?',
  });
});

test('<<inherit>> is as if a field were not there, or takes it away in an edit', async () => {
  const { inventory } = await testInventory();
  const vars = { a: '<<inherit>>', b: { c: '<<inherit>>', d: 1 } };
  const web = await inventory.profiles.add({
    name: 'web',
    parent: 'base',
    netboot: '<<inherit>>',
    vars,
    searchDomains: ['example.org'],
  });
  expect(web).not.toHaveProperty('netboot');
  expect(web.vars).toEqual({ b: { d: 1 } });
  const edited = await inventory.profiles.edit('web', { searchDomains: '<<inherit>>' });
  expect(edited).not.toHaveProperty('searchDomains');
});

test('a copy has everything but the name, and of a system nothing that is one machine’s', async () => {
  const { inventory } = await testInventory();
  const web1 = await inventory.systems.add({
    name: 'web1',
    profile: 'base',
    hostname: 'web1.example.org',
    macs: ['52:54:00:00:00:01'],
    machineUuid: 'AB-1',
    interfaces: { eth0: { mac: '52:54:00:00:00:02' } },
    disk: 'serial:1',
    power: { driver: 'ipmi', address: '192.0.2.7' },
    decommissioned: true,
    netboot: false,
    owners: ['ops'],
    vars: { rack: 'r1', role: 'web' },
  });
  const changes = { name: 'web2', macs: ['525400000003'], vars: { rack: 'r2' } };
  expect(await inventory.systems.copy('web1', changes)).toEqual({
    id: expect.stringMatching(/^sys_/),
    name: 'web2',
    profile: web1.profile,
    macs: ['52:54:00:00:00:03'],
    owners: ['ops'],
    vars: { rack: 'r2' },
    revision: 1,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  });
  expect(await refusalOf(inventory.systems.copy('web1', {}))).toEqual(['name: is missing']);
  await expect(inventory.systems.copy('web1', { name: 'web2' })).rejects.toThrow('already');
  expect(await inventory.systems.copy('web1', { name: 'web3', owners: null })).not.toHaveProperty(
    'owners',
  );
  const text = { name: 'mine', comment: 'my own' };
  expect(await inventory.templates.copy('linux/boot-args', text)).toMatchObject({
    ...text,
    text: 'quiet',
    origin: 'added',
  });
});

test('writes of others wait for the inventory, and it for them', async () => {
  const { store, inventory } = await testInventory();
  const system = stamped({ id: newId('sys'), name: 'web1', macs: ['52:54:00:00:00:01'] }, now);
  const enrolled = inventory.exclusively(async () => {
    expect(await store.systems.by('mac', '52:54:00:00:00:01')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.systems.create(system);
  });
  const added = refusalOf(inventory.systems.add({ name: 'web2', macs: ['52:54:00:00:00:01'] }));
  await enrolled;
  expect(await added).toEqual(['macs.0: belongs to system web1 already']);
});
