import { type Network, ResoleError } from '@resole/protocol';
import { netmask } from './syntax.ts';
import type { StaticUplink, Uplink } from './uplink.ts';

/**
 * debian-installer's netcfg, preseeded on the kernel command line: `choose_interface` takes a MAC,
 * `get_ipaddress` takes an IPv6 address with its prefix length. Several name servers would need a
 * space between them: the first one goes. Seen to work in Debian 12's installer beside a second card:
 * IPv4 in and outside of the gateway's subnet, IPv6 so, too, and by a link-local gateway.
 */
export function netcfg(network: Network, uplink: Uplink, hostname: string): string[] {
  if (network.vlan !== undefined) {
    // netcfg/vlan_id came after Debian 12; an older netcfg passes over it and stays off the network.
    throw new ResoleError(
      'network-unsupported',
      `debian-installer can't be relied on to use VLAN ${network.vlan}`,
      { remedy: 'install with the image or fai family, or on an untagged network' },
    );
  }
  const [name = hostname, ...domain] = hostname.split('.');
  return [
    `netcfg/choose_interface=${network.mac}`,
    `netcfg/hostname=${name}`,
    ...(domain.length === 0 ? [] : [`netcfg/get_domain=${domain.join('.')}`]),
    ...(uplink.method === 'static' ? fixed(uplink) : []),
  ];
}

function fixed(uplink: StaticUplink): string[] {
  const { address } = uplink.address;
  const alone = uplink.version === 4 ? 32 : 128;
  // A gateway outside the subnet is "unreachable" to netcfg, unless the address is alone in its own.
  const prefix = uplink.offSubnet ? alone : uplink.address.prefix;
  // "none" is no address to netcfg, but keeps it from asking.
  const [server = 'none'] = uplink.dns;
  return [
    'netcfg/disable_autoconfig=true',
    ...(uplink.version === 4
      ? [`netcfg/get_ipaddress=${address}`, `netcfg/get_netmask=${netmask(prefix)}`]
      : [`netcfg/get_ipaddress=${address}/${prefix}`]),
    `netcfg/get_gateway=${uplink.gateway ?? 'none'}`,
    `netcfg/get_nameservers=${server}`,
    'netcfg/confirm_static=true',
  ];
}
