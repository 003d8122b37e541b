import type { Network } from '@resole/protocol';
import type { IpAddressInfo, IpLink } from './links.ts';
import type { Route } from './routes.ts';

type Family = Network['ipv6'];

/** How an interface got its IPv4: an address with a lifetime is a lease. */
export function ipv4Of(link: IpLink, route: Route | undefined): Network['ipv4'] {
  const addresses = usable(link, 'inet');
  if (!addresses.some(({ dynamic }) => dynamic)) {
    return describe(addresses.length === 0 ? 'none' : 'static', addresses, route);
  }
  const besideLease = addresses.filter(({ dynamic }) => !dynamic).map(addressOf);
  return {
    ...describe('dhcp', addresses, route),
    ...(besideLease.length === 0 ? {} : { besideLease }),
  };
}

/**
 * How an interface got its IPv6. One address that was set by hand makes it static, whatever router
 * advertisements add. DHCPv6 gives out single addresses (/128), advertisements give prefixes.
 */
export function ipv6Of(link: IpLink, route: Route | undefined): Family {
  const addresses = usable(link, 'inet6');
  const fixed = addresses.filter(({ dynamic }) => !dynamic);
  if (fixed.length > 0) return describe('static', fixed, route);
  if (addresses.length === 0) return describe('none', [], undefined);
  const leased = addresses.every(
    ({ prefixlen, protocol }) => prefixlen === 128 && protocol !== 'kernel_ra',
  );
  return describe(leased ? 'dhcp' : 'auto', addresses, route);
}

/** Addresses that last: no link-local ones, no privacy addresses. */
const usable = ({ addr_info = [] }: IpLink, family: string): IpAddressInfo[] =>
  addr_info.filter(
    (info) =>
      info.family === family &&
      info.scope === 'global' &&
      info.local !== undefined &&
      !info.temporary &&
      !info.deprecated,
  );

function describe(
  method: Family['method'],
  addresses: readonly IpAddressInfo[],
  route: Route | undefined,
): Family {
  return {
    method,
    addresses: addresses.map(addressOf),
    ...(route?.gateway === undefined ? {} : { gateway: route.gateway }),
  };
}

const addressOf = ({ local, prefixlen }: IpAddressInfo) => ({
  address: local as string,
  prefix: prefixlen,
});
