import type { Facts, Network } from '@resole/protocol';
import { ipv4Of, ipv6Of } from './addressing.ts';
import { readResolver } from './dns.ts';
import { type IpLink, isPhysical, macOf } from './links.ts';
import { json, type Machine } from './machine.ts';
import { type Route, readDefaultRoutes } from './routes.ts';

/** The interfaces, and the network of the one with the default route. */
export async function readNetwork(
  machine: Machine,
): Promise<Pick<Facts, 'interfaces' | 'network'>> {
  const [links = [], routes, resolver] = await Promise.all([
    json<IpLink[]>(machine, 'ip', ['-json', '-details', 'address']),
    readDefaultRoutes(machine),
    readResolver(machine),
  ]);
  const name = routes.ipv4?.device ?? routes.ipv6?.device;
  const link = links.find(({ ifname }) => ifname === name);
  const interfaces = links.flatMap((each) => describeInterface(each, each === link));
  if (link === undefined) {
    machine.note('there is no default route');
    return { interfaces };
  }
  // The other IP version may leave by another interface: then it is not this network's.
  const ipv6 = routes.ipv6?.device === name ? routes.ipv6 : undefined;
  return {
    interfaces,
    network: {
      ...cardOf(link, links, routes.ipv4),
      ipv4: ipv4Of(link, routes.ipv4),
      ipv6: ipv6Of(link, ipv6),
      ...resolver,
    },
  };
}

type Card = Pick<Network, 'mac' | 'interface' | 'vlan' | 'mtu' | 'unsupported'>;

/** The card below the default route, or why an installer can't be told of it. */
function cardOf(link: IpLink, links: readonly IpLink[], route: Route | undefined): Card {
  const kind = link.linkinfo?.info_kind;
  const parent = kind === 'vlan' ? links.find(({ ifname }) => ifname === link.link) : link;
  const card = parent ?? link;
  const { id, protocol } = link.linkinfo?.info_data ?? {};
  const reason = unsupported(link, parent, protocol, route);
  return {
    mac: macOf(card) ?? '00:00:00:00:00:00',
    interface: card.ifname,
    ...(kind === 'vlan' && id !== undefined ? { vlan: id } : {}),
    ...(link.mtu === undefined || link.mtu === 1500 ? {} : { mtu: link.mtu }),
    ...(reason === undefined ? {} : { unsupported: `the default route is on ${reason}` }),
  };
}

function unsupported(
  link: IpLink,
  parent: IpLink | undefined,
  protocol: string | undefined,
  route: Route | undefined,
): string | undefined {
  const name = link.ifname;
  if (parent === undefined) return `${name}, whose underlying interface is not visible`;
  const card = parent === link ? name : `${name}, a VLAN of ${parent.ifname}`;
  if (!isPhysical(parent)) {
    return `${card}, of kind ${parent.linkinfo?.info_kind ?? parent.link_type}`;
  }
  if (macOf(parent) === undefined) return `${card}, which has no Ethernet address`;
  if (protocol !== undefined && protocol !== '802.1Q') return `${card} by ${protocol}`;
  if (route?.otherVersion) return `${card} through a gateway of the other IP version`;
  return undefined;
}

/** Cards, and whatever carries the default route; not the interfaces of containers and guests. */
function describeInterface(link: IpLink, carriesDefault: boolean): Facts['interfaces'] {
  const mac = macOf(link);
  if (mac === undefined || !(isPhysical(link) || carriesDefault)) return [];
  const addresses = (link.addr_info ?? [])
    .filter(({ local, temporary }) => local !== undefined && !temporary)
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  return [{ name: link.ifname, mac, addresses, up: link.flags.includes('LOWER_UP') }];
}
