import type { Interface } from '@resole/protocol';
import { expect, test } from 'vitest';
import { interfaceProblems } from './interfaces.ts';

const mac = (last: number) => `52:54:00:00:00:0${last}`;
const address = (text: string): Interface => ({ ipv4: { method: 'static', addresses: [text] } });
const told = (interfaces: Record<string, Interface>) =>
  interfaceProblems(interfaces).map(({ field, problem }) => `${field}: ${problem}`);

test('bond, VLAN and bridge on top of each other are fine', () => {
  expect(
    told({
      eth0: { mac: mac(1) },
      eth1: { mac: mac(2) },
      bond0: { bond: { members: ['eth0', 'eth1'], mode: '802.3ad' } },
      'bond0.5': { vlan: { id: 5, parent: 'bond0' } },
      'bond0.6': { ...address('192.0.2.10/24'), vlan: { id: 6, parent: 'bond0' }, primary: true },
      br0: { ...address('198.51.100.1/24'), bridge: { members: ['bond0.5'] } },
      ipmi: { mac: mac(3), bmc: true },
    }),
  ).toEqual([]);
});

test.each([
  [
    'members and parents that are not there',
    { bond0: { bond: { members: ['eth0'] } }, v: { vlan: { id: 1, parent: 'eth1' } } },
    [
      'interfaces.bond0.bond.members.0: there is no interface "eth0"',
      'interfaces.v.vlan.parent: there is no interface "eth1"',
    ],
  ],
  [
    'interfaces made of themselves',
    { br0: { bridge: { members: ['v'] } }, v: { vlan: { id: 1, parent: 'br0' } } },
    ['interfaces.br0: is made of itself', 'interfaces.v: is made of itself'],
  ],
  [
    'a member of two',
    {
      eth0: {},
      bond0: { bond: { members: ['eth0'] } },
      br0: { bridge: { members: ['eth0'] } },
    },
    ['interfaces.br0.bridge.members.0: is a member of bond0 already'],
  ],
  [
    'a member with addresses',
    { eth0: address('192.0.2.10/24'), bond0: { bond: { members: ['eth0'] } } },
    ['interfaces.eth0: is a member of bond0, so it has no addresses'],
  ],
  [
    'a member with addresses of IPv6 alone',
    {
      eth0: {
        ipv4: { method: 'none', addresses: [] },
        ipv6: { method: 'static', addresses: ['2001:db8::1/64'] },
      },
      bond0: { bond: { members: ['eth0'] } },
    },
    ['interfaces.eth0: is a member of bond0, so it has no addresses'],
  ],
  [
    'two kinds at once',
    { eth0: {}, x: { bond: { members: ['eth0'] }, vlan: { id: 1, parent: 'eth0' } } },
    ['interfaces.x: is bond and vlan at once: it can be one of them'],
  ],
  [
    "the BMC's port in use",
    { ipmi: { bmc: true }, br0: { bridge: { members: ['ipmi'] } } },
    ["interfaces.br0.bridge.members.0: is the BMC's port: the machine can't use it"],
  ],
  [
    'methods without what they need',
    { eth0: { ipv4: { method: 'auto' }, ipv6: { method: 'static' } } },
    [
      'interfaces.eth0.ipv4.method: is no method of IPv4',
      'interfaces.eth0.ipv6.addresses: is missing: a static configuration has an address',
    ],
  ],
  [
    'the same twice',
    {
      eth0: { ...address('192.0.2.10/24'), mac: mac(1), primary: true },
      eth1: { ...address('192.0.2.10/32'), mac: mac(1), primary: true },
    },
    [
      'interfaces.eth1.mac: is that of interfaces.eth0.mac too',
      'interfaces.eth1.ipv4.addresses.0: is that of interfaces.eth0.ipv4.addresses.0 too',
      'interfaces.eth1.primary: is primary, as is eth0: one interface can be',
    ],
  ],
] satisfies [string, Record<string, Interface>, string[]][])('%s', (_, interfaces, problems) => {
  expect(told(interfaces)).toEqual(problems);
});
