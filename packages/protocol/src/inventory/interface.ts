import { z } from 'zod';
import { Addressing } from '../network.ts';
import { Mac } from '../primitives.ts';

/** One version's addressing of an interface, as operators write it. */
const addressed = <Cidr extends z.ZodType, Ip extends z.ZodType>(cidr: Cidr, ip: Ip) =>
  z.strictObject({
    method: Addressing,
    /** With prefix length, as in `192.0.2.10/24`. */
    addresses: z.array(cidr).optional(),
    gateway: ip.optional(),
  });

/**
 * A network interface of a system; its key in `interfaces` is the name that the new OS gives it.
 * Without `ipv4` and `ipv6` an interface asks DHCP; members of a bond or bridge carry no addresses.
 */
export const Interface = z.strictObject({
  /** Of the hardware; bonds, VLANs and bridges have none of their own. */
  mac: Mac.optional(),
  ipv4: addressed(z.cidrv4(), z.ipv4()).optional(),
  ipv6: addressed(z.cidrv6(), z.ipv6()).optional(),
  /** Host name that DNS gives the interface's addresses. */
  dnsName: z.string().optional(),
  /** The one whose gateway is the default route; where none says so, the first with a gateway. */
  primary: z.boolean().optional(),
  mtu: z.int().min(68).max(65_535).optional(),
  bond: z
    .strictObject({
      /** Names of interfaces. */
      members: z.array(z.string()).min(1),
      /** As the kernel names it (bonding.txt). */
      mode: z
        .enum([
          'balance-rr',
          'active-backup',
          'balance-xor',
          'broadcast',
          '802.3ad',
          'balance-tlb',
          'balance-alb',
        ])
        .optional(),
      /** Further options of the kernel's bonding driver, as in `miimon`: `100`. */
      options: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  vlan: z
    .strictObject({
      id: z.int().min(1).max(4094),
      /** Name of the interface below. */
      parent: z.string(),
    })
    .optional(),
  bridge: z.strictObject({ members: z.array(z.string()).min(1) }).optional(),
  /** The port of the machine's BMC: known, never configured by an installer. */
  bmc: z.boolean().optional(),
});
export type Interface = z.infer<typeof Interface>;

/** Name of an interface, as Linux allows it (dev_valid_name: 15 bytes, no slash, colon or space). */
export const InterfaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/,
    'an interface name: 15 characters at most, as in eth0',
  );
