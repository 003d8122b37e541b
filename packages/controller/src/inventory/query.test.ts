import { expect, test } from 'vitest';
import type { Query } from './service.ts';
import { refusalOf, testInventory } from './testing.ts';

test('systems are found by what their fields say', async () => {
  const { inventory } = await testInventory();
  await inventory.profiles.add({ name: 'web', parent: 'base' });
  await inventory.systems.add({
    name: 'web1',
    profile: 'web',
    owners: ['ops', 'web-team'],
    netboot: true,
    virt: { memoryMiB: 2048 },
    interfaces: { eth0: { mac: '52:54:00:00:00:01' }, eth1: { mac: '52:54:00:00:00:02' } },
  });
  await inventory.systems.add({ name: 'web2', profile: 'web', macs: ['52:54:00:00:00:03'] });
  await inventory.systems.add({ name: 'db.1', profile: 'base', comment: 'a *starred* one' });
  const names = async (query: Query) =>
    (await inventory.systems.find(query)).map(({ name }) => name);
  expect(await names({})).toEqual(['web1', 'web2', 'db.1']);
  expect(await names({ name: 'WEB*' })).toEqual(['web1', 'web2']);
  expect(await names({ name: 'web?', owners: 'ops' })).toEqual(['web1']);
  expect(await names({ name: 'db.1' })).toEqual(['db.1']);
  expect(await names({ name: 'dbx1' })).toEqual([]);
  expect(await names({ profile: 'w*' })).toEqual(['web1', 'web2']);
  expect(await names({ profile: (await inventory.profiles.show('base')).id })).toEqual(['db.1']);
  expect(await names({ netboot: 'true', 'virt.memoryMiB': '2048' })).toEqual(['web1']);
  expect(await names({ 'interfaces.*.mac': '5254.0000.0002' })).toEqual(['web1']);
  expect(await names({ 'interfaces.eth0.mac': '52:54:00:*' })).toEqual(['web1']);
  expect(await names({ macs: '52-54-00-00-00-03', name: undefined })).toEqual(['web2']);
  expect(await names({ comment: '*\\**' })).toEqual([]);
  expect(await names({ revision: '1', hostname: '*' })).toEqual([]);
});

test('a field that does not exist is an error', async () => {
  const { inventory } = await testInventory();
  expect(await refusalOf(inventory.systems.find({ nam: 'x', 'virt.cpus': '1' }))).toEqual([
    'nam: there is no such field',
  ]);
});

test('templates are found among those that come with Resole too', async () => {
  const { inventory } = await testInventory();
  await inventory.templates.add({ name: 'mine/boot-args', text: '' });
  const found = await inventory.templates.find({ name: '*/boot-args' });
  expect(found.map(({ name }) => name)).toEqual(['linux/boot-args', 'mine/boot-args']);
});
