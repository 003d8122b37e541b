import type { IpAddress } from '@resole/protocol';

/** An address as people write it in the inventory: `192.0.2.10/24`. */
export const ipAddress = (cidr: string): IpAddress => {
  const [address = '', prefix] = cidr.split('/');
  return { address, prefix: Number(prefix) };
};
