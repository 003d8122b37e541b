import { type Network, type Options, ResoleError, type System } from '@resole/protocol';
import { ipAddress } from '../network/address.ts';

/** The MAC that a system has as a guest; where it has none, one is chosen when the guest is made. */
export const firstMac = ({ interfaces, macs }: Pick<System, 'interfaces' | 'macs'>) =>
  Object.values(interfaces ?? {}).find(({ mac, bmc }) => mac !== undefined && !bmc)?.mac ??
  macs?.[0];

/**
 * What a guest's installer is told of its network: DHCP, or the static addresses of the interface
 * with its MAC, else of the primary one. Pure.
 */
export const guestNetwork = (
  { interfaces }: Pick<System, 'interfaces'>,
  mac: string,
  { nameServers, searchDomains }: Pick<Options, 'nameServers' | 'searchDomains'>,
): Network => {
  const all = Object.entries(interfaces ?? {});
  const [name, own] =
    all.find(([, each]) => each.mac === mac) ?? all.find(([, each]) => each.primary) ?? [];
  const { ipv4, ipv6 } = own ?? {};
  return {
    mac,
    interface: name ?? 'eth0',
    ipv4: {
      method: ipv4?.method ?? (ipv6 === undefined ? 'dhcp' : 'none'),
      addresses: (ipv4?.addresses ?? []).map(ipAddress),
      ...(ipv4?.gateway === undefined ? {} : { gateway: ipv4.gateway }),
    },
    ipv6: {
      method: ipv6?.method ?? 'none',
      addresses: (ipv6?.addresses ?? []).map(ipAddress),
      ...(ipv6?.gateway === undefined ? {} : { gateway: ipv6.gateway }),
    },
    dns: nameServers ?? [],
    search: searchDomains ?? [],
  };
};

/**
 * cloud-init fetches its seed over the network; what the seed says of the network comes too late.
 * @throws ResoleError `invalid-input`
 */
export const requireDhcp = ({ ipv4, ipv6 }: Network): void => {
  if (ipv4.method !== 'static' && ipv6.method !== 'static') return;
  throw new ResoleError('invalid-input', 'a clone gets its network by DHCP', {
    details: [{ field: 'interfaces', problem: 'has a static address' }],
    remedy: 'let the DHCP server give it that address, or install it another way: --install kernel',
  });
};
