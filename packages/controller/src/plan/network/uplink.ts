import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { type IpAddress, type Network, ResoleError } from '@resole/protocol';

/**
 * The one address that an installer gets. It needs no more than a way to its controller, and most
 * installers can't set up more on one interface; whatever else the machine has (further addresses,
 * the other IP version) reaches the new OS through the answer file.
 */
export type Uplink =
  | { version: 4 | 6; method: 'dhcp' }
  | { version: 6; method: 'auto'; dns: string[] }
  | StaticUplink;

export interface StaticUplink {
  version: 4 | 6;
  method: 'static';
  address: IpAddress;
  gateway?: string;
  /** The gateway lies outside the address's network, so a route to it must be set first. */
  offSubnet: boolean;
  /** Name servers of the uplink's IP version; where it has none, the others. */
  dns: string[];
}

export type IpVersion = 'ipv4' | 'ipv6';

/**
 * @param reach The IP version in which the controller is reached, where that is known; otherwise
 *   the one with a default route is taken, IPv4 first.
 * @throws ResoleError `network-unsupported` where the network can't be given to any installer.
 */
export function chooseUplink(network: Network, reach?: IpVersion): Uplink {
  if (network.unsupported !== undefined) {
    throw new ResoleError(
      'network-unsupported',
      `the live network can't be given to an installer: ${network.unsupported}`,
      { remedy: 'give the controller a route through a plain or VLAN interface of the machine' },
    );
  }
  const usable = { ipv4: isUsable(network.ipv4), ipv6: isUsable(network.ipv6) };
  const version = reach ?? defaultVersion(network, usable);
  if (version === undefined || !usable[version]) {
    throw new ResoleError(
      'network-unsupported',
      `${network.interface} has no ${version === 'ipv6' ? 'IPv6' : version === 'ipv4' ? 'IPv4' : 'IP'} address that an installer could use`,
      { remedy: 'configure the interface in the running OS, then ask the agent for new facts' },
    );
  }
  return version === 'ipv4' ? ipv4Uplink(network) : ipv6Uplink(network);
}

/** What stays behind until the new OS is up; for the plan's warnings. */
export function leftForNewOs(network: Network, uplink: Uplink): string[] {
  const other = uplink.version === 4 ? network.ipv6 : network.ipv4;
  const own = uplink.version === 4 ? network.ipv4 : network.ipv6;
  const used = uplink.method === 'static' ? uplink.address.address : undefined;
  const rest = uplink.method === 'static' ? own.addresses.filter((a) => a.address !== used) : [];
  const left = [...rest, ...(other.method === 'static' ? other.addresses : [])];
  return left.map(({ address, prefix }) => `${address}/${prefix}`);
}

const isUsable = ({ method, addresses }: Network['ipv4']): boolean =>
  method === 'dhcp' || method === 'auto' || (method === 'static' && addresses.length > 0);

function defaultVersion(
  { ipv4, ipv6 }: Network,
  usable: Record<IpVersion, boolean>,
): IpVersion | undefined {
  const leadsOut = ({ method, gateway }: Network['ipv4']) =>
    method !== 'static' || gateway !== undefined;
  if (usable.ipv4 && leadsOut(ipv4)) return 'ipv4';
  if (usable.ipv6 && leadsOut(ipv6)) return 'ipv6';
  return usable.ipv4 ? 'ipv4' : usable.ipv6 ? 'ipv6' : undefined;
}

function ipv4Uplink(network: Network): Uplink {
  if (network.ipv4.method !== 'static') return { version: 4, method: 'dhcp' };
  return staticUplink(4, network.ipv4, network.dns);
}

function ipv6Uplink(network: Network): Uplink {
  const { method } = network.ipv6;
  if (method === 'dhcp') return { version: 6, method };
  if (method === 'auto') return { version: 6, method, dns: nameServers(6, network.dns) };
  return staticUplink(6, network.ipv6, network.dns);
}

/**
 * The IPv6 address that was leased, for an installer that can't ask for one.
 * @throws ResoleError `network-unsupported` where none is known
 */
export function leaseAsStatic(network: Network): StaticUplink {
  if (network.ipv6.addresses.length > 0) return staticUplink(6, network.ipv6, network.dns);
  throw new ResoleError(
    'network-unsupported',
    `the installer has no DHCPv6 client, and no address that ${network.interface} has leased is known`,
    { remedy: 'give it a static address in the inventory, or install with the fai family' },
  );
}

function staticUplink(
  version: 4 | 6,
  { addresses, gateway }: Network['ipv4'],
  dns: readonly string[],
): StaticUplink {
  const known = addresses.map((entry) => ({ ...entry, address: ip(version, entry.address) }));
  const router = gateway === undefined ? undefined : ip(version, gateway);
  const beside = router === undefined ? undefined : known.find((a) => contains(a, router));
  const address = beside ?? (known[0] as IpAddress);
  const servers = nameServers(version, dns);
  if (router === undefined) {
    return { version, method: 'static', address, offSubnet: false, dns: servers };
  }
  // A link-local gateway is on the link by definition.
  const offSubnet = beside === undefined && !contains({ address: 'fe80::', prefix: 10 }, router);
  return { version, method: 'static', address, gateway: router, offSubnet, dns: servers };
}

/** Servers with a zone (`fe80::1%eth0`) are left out: the zone's name means nothing to an installer. */
function nameServers(version: 4 | 6, dns: readonly string[]): string[] {
  const valid = dns.filter((server) => !server.includes('%') && (isIPv4(server) || isIPv6(server)));
  const same = valid.filter((server) => isVersion(version, server));
  return same.length > 0 ? same : valid;
}

/** Kernel command lines are made from these: nothing but a plain address gets through. */
function ip(version: 4 | 6, text: string): string {
  const [address = ''] = text.split('%');
  if (isVersion(version, address)) return address;
  throw new ResoleError('network-unsupported', `"${text}" is not an IPv${version} address`, {
    remedy: 'ask the agent for new facts',
  });
}

const isVersion = (version: 4 | 6, text: string): boolean =>
  version === 4 ? isIPv4(text) : isIPv6(text);

function contains({ address, prefix }: IpAddress, other: string): boolean {
  const type = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (type !== (isIPv4(other) ? 'ipv4' : 'ipv6')) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return list.check(other, type);
}
