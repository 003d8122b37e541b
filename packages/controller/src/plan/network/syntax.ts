/** 24 → `255.255.255.0`. */
export function netmask(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

/** IPv6 addresses go in brackets where colons separate fields. */
export const bracketed = (address: string): string =>
  address.includes(':') ? `[${address}]` : address;

/** `52:54:00:12:34:56` → `01-52-54-00-12-34-56`: BOOTIF as PXELINUX writes it, 01 being Ethernet. */
export const bootif = (mac: string): string => `01-${mac.replaceAll(':', '-')}`;
