import type { Network } from '@resole/protocol';

const dhcp: Network['ipv4'] = { method: 'dhcp', addresses: [{ address: '10.0.2.15', prefix: 24 }] };
const none: Network['ipv4'] = { method: 'none', addresses: [] };
const base: Network = {
  mac: '52:54:00:12:34:56',
  interface: 'enp1s0',
  ipv4: dhcp,
  ipv6: none,
  dns: ['10.0.2.3'],
  search: [],
};

const fixed = (addresses: string[], gateway?: string): Network['ipv4'] => ({
  method: 'static',
  addresses: addresses.map((text) => {
    const [address = '', prefix] = text.split('/');
    return { address, prefix: Number(prefix) };
  }),
  ...(gateway === undefined ? {} : { gateway }),
});

const auto: Network['ipv6'] = {
  method: 'auto',
  addresses: [{ address: '2001:db8:1::5054:ff:fe12:3456', prefix: 64 }],
  gateway: 'fe80::1',
};
const static4 = fixed(['192.0.2.10/24'], '192.0.2.1');
const static6 = fixed(['2001:db8:1::10/64'], '2001:db8:1::1');

/** The networks that the golden table and docs/network.md are made of. */
export const networks: Record<string, Network> = {
  DHCP: base,
  'DHCP, IPv6 by router advertisement': { ...base, ipv6: auto },
  'DHCP on a VLAN': { ...base, vlan: 5 },
  'static IPv4': { ...base, ipv4: static4, dns: ['192.0.2.53'] },
  'static IPv4 without a gateway': { ...base, ipv4: fixed(['192.0.2.10/24']), dns: [] },
  'static IPv4, a /31 link': { ...base, ipv4: fixed(['192.0.2.10/31'], '192.0.2.11') },
  'static IPv4, several name servers and search domains': {
    ...base,
    ipv4: static4,
    dns: ['192.0.2.53', '192.0.2.54', '192.0.2.55'],
    search: ['example.org', 'example.net'],
  },
  'static IPv4, gateway outside the subnet': {
    ...base,
    ipv4: fixed(['203.0.113.7/26'], '198.51.100.1'),
    dns: ['198.51.100.53'],
  },
  'static IPv4 /32, gateway outside': {
    ...base,
    ipv4: fixed(['203.0.113.7/32'], '172.31.1.1'),
    dns: ['198.51.100.53'],
  },
  'static IPv4, several addresses': {
    ...base,
    ipv4: fixed(['10.9.0.4/16', '192.0.2.10/24', '192.0.2.11/24'], '192.0.2.1'),
    dns: ['192.0.2.53'],
  },
  'static IPv4 on a VLAN': { ...base, vlan: 4094, ipv4: static4, dns: ['192.0.2.53'] },
  'static IPv4 on a VLAN, gateway outside': {
    ...base,
    vlan: 5,
    ipv4: fixed(['203.0.113.7/32'], '172.31.1.1'),
    dns: [],
  },
  'static IPv4 and static IPv6': {
    ...base,
    ipv4: static4,
    ipv6: static6,
    dns: ['2001:db8::53', '192.0.2.53'],
  },
  'static IPv4, IPv6 by router advertisement': { ...base, ipv4: static4, ipv6: auto, dns: [] },
  'static IPv4 without a gateway, static IPv6': {
    ...base,
    ipv4: fixed(['10.9.0.4/16']),
    ipv6: static6,
    dns: ['2001:db8::53'],
  },
  'IPv6 by router advertisement': { ...base, ipv4: none, ipv6: auto, dns: ['2001:db8::53'] },
  DHCPv6: { ...base, ipv4: none, ipv6: { ...auto, method: 'dhcp' }, dns: ['2001:db8::53'] },
  'static IPv6': { ...base, ipv4: none, ipv6: static6, dns: ['2001:db8::53', '2001:db8::54'] },
  'static IPv6, link-local gateway': {
    ...base,
    ipv4: none,
    ipv6: fixed(['2001:db8:1::10/64'], 'fe80::1'),
    dns: ['fe80::53%enp1s0', '2001:db8::53'],
  },
  'static IPv6, gateway outside the subnet': {
    ...base,
    ipv4: none,
    ipv6: fixed(['2001:db8:1::10/128'], '2001:db8:ff::1'),
    dns: ['2001:db8::53'],
  },
  'static IPv6 on a VLAN': { ...base, vlan: 7, ipv4: none, ipv6: static6, dns: [] },
  'no address': { ...base, ipv4: none },
  'a bond': { ...base, unsupported: 'the default route is on bond0, a bond' },
};
