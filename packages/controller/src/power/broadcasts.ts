/** Where magic packets go that are to leave this network: the broadcast addresses of a machine's own. */
import { isIPv4 } from 'node:net';

/**
 * `192.0.2.10/24` → `192.0.2.255`. A network without one, as of IPv6 or of two addresses, has none. Pure.
 */
const broadcastOf = (cidr: string): string | undefined => {
  const [address = '', prefix = ''] = cidr.split('/');
  const bits = Number(prefix);
  if (!isIPv4(address) || prefix === '' || !(bits >= 1 && bits <= 30)) return undefined;
  const host = 2 ** (32 - bits);
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const last = number - (number % host) + host - 1;
  return [24, 16, 8, 0].map((shift) => (last >>> shift) & 0xff).join('.');
};

/** Each once, of addresses with prefix lengths. Pure. */
export const broadcastsOf = (cidrs: readonly string[]): string[] => [
  ...new Set(cidrs.map(broadcastOf).filter((each) => each !== undefined)),
];
