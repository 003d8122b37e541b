import { z } from 'zod';
import { Mac } from './primitives.ts';

/** How one address family of an interface is configured. */
export const Addressing = z.enum(['dhcp', 'auto', 'static', 'none']);
export type Addressing = z.infer<typeof Addressing>;

/** One address with its prefix length, as `ip -j addr` gives it. */
export const IpAddress = z.object({ address: z.string(), prefix: z.int().min(0).max(128) });
export type IpAddress = z.infer<typeof IpAddress>;

/**
 * The live network of a machine, as far as an installer needs it: the interface that carries the
 * default route, addressed by MAC because its name may differ under another kernel.
 */
export const Network = z.object({
  /** MAC of the physical interface (below a VLAN, its parent's). */
  mac: Mac,
  /** Its name under the running kernel, which the new OS gives it again. */
  interface: z.string(),
  /** VLAN id where the default route is on a tagged interface. */
  vlan: z.int().min(1).max(4094).optional(),
  /** Of the interface with the default route, where it is not 1500. */
  mtu: z.int().positive().optional(),
  ipv4: z.object({
    /** `dhcp`, `static` or `none`. */
    method: Addressing,
    addresses: z.array(IpAddress),
    gateway: z.string().optional(),
    /** Of `dhcp`: addresses that were set by hand, which no lease brings back. */
    besideLease: z.array(IpAddress).optional(),
  }),
  ipv6: z.object({
    /** `auto` is SLAAC by router advertisement, `dhcp` is DHCPv6. */
    method: Addressing,
    addresses: z.array(IpAddress),
    gateway: z.string().optional(),
  }),
  /** Name servers in order of use; loopback stubs already resolved to their upstreams. */
  dns: z.array(z.string()),
  search: z.array(z.string()),
  /** Why no installer can be given this network (a bond, a bridge, a tunnel); absent where one can. */
  unsupported: z.string().optional(),
});
export type Network = z.infer<typeof Network>;
