import type { Network } from '@resole/protocol';
import type { Uplink } from './uplink.ts';

/**
 * SUSE's linuxrc: `ifcfg=<MAC>[.<VLAN>]=<address>/<prefix>,<gateway>,<name server>,<domain>`, which
 * sets a route to an off-subnet gateway by itself. Several name servers would need a space between
 * them, which a kernel command line can't carry: the first one goes. wicked's DHCPv6 follows the
 * router's advertisement, so `dhcp6` stands for SLAAC, too.
 */
export function linuxrc(network: Network, uplink: Uplink, hostname: string): string[] {
  const device = network.vlan === undefined ? network.mac : `${network.mac}.${network.vlan}`;
  return [`ifcfg=${device}=${settings(network, uplink)}`, `hostname=${hostname}`];
}

function settings(network: Network, uplink: Uplink): string {
  if (uplink.method !== 'static') return uplink.version === 4 ? 'dhcp4' : 'dhcp6';
  const { address, prefix } = uplink.address;
  const fields = [
    `${address}/${prefix}`,
    uplink.gateway ?? '',
    uplink.dns[0] ?? '',
    network.search.find(isDomain) ?? '',
  ];
  return fields.join(',').replace(/,+$/, '');
}

const isDomain = (text: string): boolean => /^[A-Za-z0-9.-]+$/.test(text);
