import { type Network, ResoleError } from '@resole/protocol';
import { bootif, netmask } from './syntax.ts';
import type { Uplink } from './uplink.ts';

/** initramfs-tools hands two name servers on. */
const maxNameServers = 2;

/**
 * Ubuntu's live installer (casper): initramfs-tools(7) `ip=` in the kernel's nfsroot syntax, with
 * the device left open, which BOOTIF fills in by MAC. Its ipconfig knows nothing but IPv4.
 */
export function casper(network: Network, uplink: Uplink, hostname: string): string[] {
  if (uplink.version === 6) throw unsupported('IPv6');
  if (network.vlan !== undefined) throw unsupported(`VLAN ${network.vlan} on a card chosen by MAC`);
  const card = `BOOTIF=${bootif(network.mac)}`;
  if (uplink.method !== 'static') return [card, 'ip=dhcp'];
  if (uplink.offSubnet) throw unsupported(`gateway ${uplink.gateway} outside the subnet`);
  const { address, prefix } = uplink.address;
  const servers = uplink.dns.filter((server) => !server.includes(':')).slice(0, maxNameServers);
  const fields = [address, '', uplink.gateway ?? '', netmask(prefix), hostname, '', 'off'];
  return [card, `ip=${[...fields, ...servers].join(':')}`];
}

const unsupported = (what: string): ResoleError =>
  new ResoleError('network-unsupported', `Ubuntu's live installer can't use ${what}`, {
    remedy: 'install with the image family, or let DHCP configure IPv4 on the untagged network',
  });
