import type { Network } from '@resole/protocol';
import { bracketed, netmask } from './syntax.ts';
import { leaseAsStatic, type Uplink } from './uplink.ts';

/** The interface's name in the installer: none that the kernel could give by itself. */
const nic = 'boot0';

/**
 * dracut.cmdline(7), in the part on which dracut's three network back ends agree (its own scripts,
 * NetworkManager's and systemd's generators): one `ip=` per interface, or the first one stops the
 * boot with "Duplication configurations".
 */
export function dracut(network: Network, uplink: Uplink, hostname: string): string[] {
  const device = network.vlan === undefined ? nic : `${nic}.${network.vlan}`;
  return [
    `ifname=${nic}:${network.mac}`,
    ...(network.vlan === undefined ? [] : [`vlan=${device}:${nic}`]),
    `ip=${address(uplink, hostname, device)}`,
    ...(uplink.method === 'dhcp' ? [] : uplink.dns.map((server) => `nameserver=${server}`)),
    ...route(uplink, device),
    'rd.neednet=1',
  ];
}

/**
 * Resole's own installer reads the same arguments, but has no DHCPv6 client: it is given the address
 * that the machine has leased now as if it were a static one. The lease outlasts the installation.
 */
export const ownInstaller = (network: Network, uplink: Uplink, hostname: string): string[] =>
  uplink.version === 6 && uplink.method === 'dhcp'
    ? dracut(network, leaseAsStatic(network), hostname)
    : dracut(network, uplink, hostname);

function address(uplink: Uplink, hostname: string, device: string): string {
  if (uplink.method === 'auto') return `${device}:auto6`;
  if (uplink.method === 'dhcp') return `${device}:${uplink.version === 4 ? 'dhcp' : 'dhcp6'}`;
  const { address, prefix } = uplink.address;
  const mask = uplink.version === 4 ? netmask(prefix) : `${prefix}`;
  const gateway = uplink.gateway === undefined ? '' : bracketed(uplink.gateway);
  return `${bracketed(address)}::${gateway}:${mask}:${hostname}:${device}:none`;
}

/** The way to a gateway that no address's network contains: straight onto the link. */
function route(uplink: Uplink, device: string): string[] {
  if (uplink.method !== 'static' || !uplink.offSubnet || uplink.gateway === undefined) return [];
  const host = `${uplink.gateway}/${uplink.version === 4 ? 32 : 128}`;
  return [`rd.route=${bracketed(host)}::${device}`];
}
