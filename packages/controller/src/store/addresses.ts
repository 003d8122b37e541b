import { isIPv6 } from 'node:net';

/** An address in the one notation that equal addresses share; text that is none stays as it is. */
export const canonicalIp = (text: string): string => {
  if (!isIPv6(text) || text.includes('%')) return text;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
};

/** The address of `192.0.2.10/24`. */
export const addressOf = (cidr: string): string => canonicalIp(cidr.replace(/\/.*$/, ''));
