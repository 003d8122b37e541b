import { type Interface, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { networks } from '../network/networks.fixture.ts';
import { interfaceVariables } from './interfaces.ts';

const live = networks['static IPv4 and static IPv6'];
if (!live) throw new Error('the fixture has it');

const of = (interfaces: Record<string, Interface>) =>
  interfaceVariables({ name: 'web1', interfaces }, live);

const short = (interfaces: Record<string, Interface>) =>
  of(interfaces).map((each) => [each.name, each.primary, each.ipv4.method, each.ipv6.method]);

test('what others are built on comes first, whatever it is', () => {
  expect(
    short({
      br0: { bridge: { members: ['bond0.7'] } },
      'bond0.7': { vlan: { id: 7, parent: 'bond0' } },
      bond0: { bond: { members: ['eth1', 'eth0'] } },
      eth1: { mac: '52:54:00:00:00:02' },
      eth0: { mac: '52:54:00:00:00:01' },
      ipmi: { mac: '52:54:00:00:00:09', bmc: true },
    }),
  ).toEqual([
    ['eth1', false, 'none', 'none'],
    ['eth0', false, 'none', 'none'],
    ['bond0', false, 'none', 'none'],
    ['bond0.7', false, 'none', 'none'],
    ['br0', true, 'dhcp', 'auto'],
  ]);
});

test('a bond with a static VLAN, whole', () => {
  expect(
    of({
      eth0: { mac: '52:54:00:00:00:01', mtu: 9000 },
      bond0: { bond: { members: ['eth0'], mode: '802.3ad', options: { miimon: '100' } } },
      'bond0.7': {
        vlan: { id: 7, parent: 'bond0' },
        ipv4: { method: 'static', addresses: ['192.0.2.10/23'], gateway: '192.0.2.1' },
      },
    }),
  ).toEqual([
    {
      name: 'eth0',
      kind: 'ethernet',
      mac: '52:54:00:00:00:01',
      master: 'bond0',
      mtu: 9000,
      primary: false,
      ipv4: { method: 'none', addresses: [], default_route: false },
      ipv6: { method: 'none', addresses: [], default_route: false },
    },
    {
      name: 'bond0',
      kind: 'bond',
      members: ['eth0'],
      mode: '802.3ad',
      options: { miimon: '100' },
      primary: false,
      ipv4: { method: 'none', addresses: [], default_route: false },
      ipv6: { method: 'none', addresses: [], default_route: false },
    },
    {
      name: 'bond0.7',
      kind: 'vlan',
      vlan: { id: 7, parent: 'bond0' },
      primary: true,
      ipv4: {
        method: 'static',
        addresses: [{ address: '192.0.2.10', prefix: 23, netmask: '255.255.254.0' }],
        ...{ gateway: '192.0.2.1', default_route: true },
      },
      ipv6: { method: 'none', addresses: [], default_route: false },
    },
  ]);
});

test('primary: the word of the operator, else a gateway', () => {
  const gateway: Interface['ipv4'] = {
    method: 'static',
    addresses: ['192.0.2.10/24'],
    gateway: '192.0.2.1',
  };
  const primary = (interfaces: Record<string, Interface>) =>
    of(interfaces).find((each) => each.primary)?.name;
  expect(primary({ a: {}, b: { ipv4: gateway } })).toBe('b');
  expect(primary({ a: {}, b: { ipv4: gateway }, c: { primary: true } })).toBe('c');
});

test('one default route for each IP version, whatever else has a gateway or learns one', () => {
  const routes = (interfaces: Record<string, Interface>) =>
    of(interfaces).map((each) => [each.name, each.ipv4.default_route, each.ipv6.default_route]);
  const a: Interface = {
    ipv4: { method: 'static', addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' },
  };
  const b: Interface = {
    ipv4: { method: 'static', addresses: ['198.51.100.10/24'], gateway: '198.51.100.1' },
    ipv6: { method: 'static', addresses: ['2001:db8::10/64'], gateway: '2001:db8::1' },
  };
  expect(routes({ learning: {}, a, b })).toEqual([
    ['learning', false, false],
    ['a', true, false],
    ['b', false, true],
  ]);
  expect(routes({ a, b, learning: { primary: true } })).toEqual([
    ['a', false, false],
    ['b', false, false],
    ['learning', true, true],
  ]);
  expect(routes({ a, learning: {} })).toEqual([
    ['a', true, false],
    ['learning', false, true],
  ]);
  const still: Interface = { ipv4: { method: 'static', addresses: ['192.0.2.10/24'] } };
  expect(routes({ still: { ...still, primary: true } })).toEqual([['still', false, false]]);
});

test.each<[string, Record<string, Interface>]>([
  ['a member that is not there', { bond0: { bond: { members: ['eth7'] } } }],
  ['one on itself', { a: { bridge: { members: ['b'] } }, b: { vlan: { id: 2, parent: 'a' } } }],
])('refused: %s', (_what, interfaces) => {
  expect(() => of(interfaces)).toThrow(ResoleError);
});

test('without interfaces of its own, a system keeps the network that it has', () => {
  const kept = Object.entries(networks)
    .filter(([, network]) => network.unsupported === undefined)
    .map(([name, network]) => [name, interfaceVariables({ name: 'web1' }, network)]);
  expect(Object.fromEntries(kept)).toMatchSnapshot();
});

test.each([
  ['enp1s0', 'enp1s0.4094'],
  ['enp101s0f0', 'enp101s0f0.4094'],
  ['enp101s0f0np0', 'vlan4094'],
])('the VLAN of %s is called %s', (parent, name) => {
  const network = { ...live, interface: parent, vlan: 4094 };
  const named = interfaceVariables({ name: 'web1' }, network);
  expect(named.map((each) => [each.name, each.vlan])).toEqual([
    [parent, undefined],
    [name, { id: 4094, parent }],
  ]);
});

test('large packets stay possible, on a VLAN through its card, too', () => {
  const mtus = (vlan?: number) =>
    interfaceVariables({ name: 'web1' }, { ...live, mtu: 9000, ...(vlan ? { vlan } : {}) }).map(
      (each) => [each.name, each.mtu],
    );
  expect(mtus()).toEqual([['enp1s0', 9000]]);
  expect(mtus(5)).toEqual([
    ['enp1s0', 9000],
    ['enp1s0.5', 9000],
  ]);
});
