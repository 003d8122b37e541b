import type { Facts, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { inventoryNetwork } from '../plan/network/inventory.ts';
import { previewOf } from './preview.ts';
import {
  representativeAgent,
  representativeProfile,
  representativeSystems,
  representatives,
} from './representative.ts';

const distro = representatives[0]?.distro;
const [dhcp] = representativeSystems;
const bonded = representativeSystems.find(({ name }) => name === 'bond and VLAN');
if (!distro || !dhcp || !bonded) throw new Error('the representatives are gone');

const preview = (system: System, facts?: Facts) =>
  previewOf(
    {
      system,
      profile: representativeProfile,
      distro,
      options: { nameServers: ['192.0.2.53'] },
      repos: [],
      facts,
    },
    { id: 'JOB', attempt: 1 },
    representativeAgent,
  );

test('without facts, the network is that of the interfaces', () => {
  expect(inventoryNetwork(bonded, { nameServers: ['192.0.2.53'] })).toEqual({
    mac: '52:54:00:00:00:01',
    interface: 'bond0',
    vlan: 5,
    ipv4: {
      method: 'static',
      addresses: [{ address: '192.0.2.10', prefix: 24 }],
      gateway: '192.0.2.1',
    },
    ipv6: {
      method: 'static',
      addresses: [{ address: '2001:db8::10', prefix: 64 }],
      gateway: '2001:db8::1',
    },
    dns: ['192.0.2.53'],
    search: [],
  });
  const { interfaces: _, ...plain } = dhcp;
  expect(inventoryNetwork({ ...plain, macs: ['52:54:00:aa:bb:cc'] }, {})).toMatchObject({
    mac: '52:54:00:aa:bb:cc',
    ipv4: { method: 'dhcp' },
  });
  expect(() => inventoryNetwork(plain, {})).toThrow('no MAC address of dhcp is known');
});

test('the disk is the system’s, or an error that says how to name one', () => {
  const made = preview({ ...dhcp, disk: 'serial:A' });
  expect(made?.answer.template).toBe('image/answer-file.sh');
  expect(made?.answer.variables).toMatchObject({
    job: { id: 'JOB' },
    disk: { id: 'serial:A', size: 0 },
    urls: { answer_file: '{base}/answer-file' },
    agent: { join_token: '{join-token}' },
  });
  expect(made?.notes).toEqual([
    'the size of the disk is not known: 0 stands for it',
    'the network is that of the inventory: no agent has told of the live one',
  ]);
  expect(() => preview(dhcp)).toThrow(
    expect.objectContaining({
      code: 'disk-unknown',
      remedy: 'run `resole system edit dhcp --disk ID`, or enrol its agent',
    }),
  );
});

test('of a guest that was never made, what is chosen then is made up', () => {
  const { interfaces: _, ...guest } = { ...dhcp, virtHost: 'sys_35ahtc7lqn2x6w4dzk5s' };
  const made = preview(guest);
  expect(made?.notes).toEqual([
    'the guest was never made: what is chosen then, as its disk’s serial number, are stand-ins',
  ]);
  expect(made?.answer.variables).toMatchObject({
    disk: { id: 'serial:00000000000040008-0', size: 10 * 1024 ** 3 },
    network: { mac: '52:54:00:00:00:00', ipv4: { method: 'dhcp' }, dns: ['192.0.2.53'] },
  });
});
