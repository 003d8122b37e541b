import type { Facts } from '@resole/protocol';
import { expect, test } from 'vitest';
import { stamped } from '../store/stored.ts';
import { refusalOf, testInventory } from './testing.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

test('a system is found by everything that it is known by', async () => {
  const { store, inventory } = await testInventory();
  const web = await inventory.systems.add({
    name: 'web1',
    hostname: 'Web1.example.org',
    machineUuid: '4C4C4544-0042-4810-8056-B4C04F395931',
    macs: ['52:54:00:00:00:01'],
    interfaces: {
      eth0: {
        mac: '52:54:00:00:00:02',
        ipv4: { method: 'static', addresses: ['192.0.2.10/24'] },
        ipv6: { method: 'static', addresses: ['2001:db8::0:10/64'] },
        dnsName: 'www.example.org',
      },
    },
  });
  const facts = {
    interfaces: [
      { name: 'lo', mac: '00:00:00:00:00:00', addresses: ['127.0.0.1', '::1'], up: true },
      { name: 'eth9', mac: '52:54:00:00:00:02', addresses: ['198.51.100.7', 'fe80::1'], up: true },
    ],
  } as unknown as Facts;
  await store.facts.create(stamped({ id: web.id, facts }, now));
  for (const ref of [
    web.id,
    'web1',
    'web1.EXAMPLE.org',
    '4c4c4544-0042-4810-8056-b4c04f395931',
    '5254.0000.0001',
    '52-54-00-00-00-02',
    '52:54:0:0:0:2',
    'www.example.org',
    '192.0.2.10',
    '2001:DB8:0::10',
    '198.51.100.7',
  ]) {
    expect((await inventory.systems.show(ref)).name, ref).toBe('web1');
  }
  await expect(inventory.systems.show('127.0.0.1')).rejects.toThrow('there is no system');
  await expect(inventory.systems.show('fe80::1')).rejects.toThrow('there is no system');
});

test('a MAC wins over a name that looks like it; what fits several is an error', async () => {
  const { inventory } = await testInventory();
  await inventory.systems.add({ name: '525400000001' });
  const machine = await inventory.systems.add({ name: 'machine', macs: ['52:54:00:00:00:01'] });
  expect(await inventory.systems.show('525400000001')).toEqual(machine);
  await inventory.systems.add({ name: 'a', hostname: 'same.example.org' });
  await inventory.systems.add({ name: 'b', hostname: 'same.example.org' });
  await expect(inventory.systems.show('same.example.org')).rejects.toThrow(
    '"same.example.org" fits several systems: a, b',
  );
});

test('MACs, static addresses and DNS names belong to one system', async () => {
  const { inventory } = await testInventory();
  await inventory.systems.add({
    name: 'web1',
    macs: ['52:54:00:00:00:01'],
    interfaces: {
      eth0: {
        mac: '52:54:00:00:00:02',
        ipv4: { method: 'static', addresses: ['192.0.2.10/24'] },
        ipv6: { method: 'static', addresses: ['2001:db8::10/64'] },
        dnsName: 'www.example.org',
      },
    },
  });
  const other = {
    name: 'web2',
    macs: ['52:54:00:00:00:02'],
    interfaces: {
      eth0: {
        mac: '52:54:00:00:00:01',
        ipv4: { method: 'static', addresses: ['192.0.2.9/24', '192.0.2.10/32'] },
        ipv6: { method: 'static', addresses: ['2001:DB8:0::10/64'] },
        dnsName: 'WWW.example.org',
      },
    },
  };
  expect(await refusalOf(inventory.systems.add(other))).toEqual([
    'macs.0: belongs to system web1 already',
    'interfaces.eth0.mac: belongs to system web1 already',
    'interfaces.eth0.dnsName: belongs to system web1 already',
    'interfaces.eth0.ipv4.addresses.1: belongs to system web1 already',
    'interfaces.eth0.ipv6.addresses.0: belongs to system web1 already',
  ]);
  // Its own are no obstacle; what it no longer has is free for others.
  await inventory.systems.edit('web1', { macs: ['52:54:00:00:00:01', '52:54:00:00:00:03'] });
  await inventory.systems.edit('web1', { macs: null, interfaces: null });
  expect(await refusalOf(inventory.systems.add(other))).toBeUndefined();
});

test('guests run on other systems, never on themselves', async () => {
  const { inventory } = await testInventory();
  const host = await inventory.systems.add({ name: 'host' });
  const guest = await inventory.systems.add({ name: 'guest', virtHost: 'host' });
  expect(guest.virtHost).toBe(host.id);
  const problem = ['virtHost: a guest cannot run on itself, nor on its own guests'];
  expect(await refusalOf(inventory.systems.edit('host', { virtHost: 'guest' }))).toEqual(problem);
  expect(await refusalOf(inventory.systems.edit('host', { virtHost: 'host' }))).toEqual(problem);
  await expect(inventory.systems.remove('host')).rejects.toThrow('is used by system guest');
});
