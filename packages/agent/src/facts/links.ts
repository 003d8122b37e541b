/** What `ip -json -details address` prints, as far as it is looked at. */

export interface IpAddressInfo {
  family: string;
  local?: string;
  prefixlen: number;
  scope: string;
  /** It has a lifetime: DHCP or router advertisements gave it. */
  dynamic?: boolean;
  secondary?: boolean;
  temporary?: boolean;
  deprecated?: boolean;
  tentative?: boolean;
  /** `kernel_ra`, `kernel_ll` (iproute2 5.18 and later). */
  protocol?: string;
}

export interface IpLink {
  ifname: string;
  /** Name of the interface below a VLAN. */
  link?: string;
  /** Name of the bond, bridge or team that it belongs to. */
  master?: string;
  flags: string[];
  link_type: string;
  mtu?: number;
  address?: string;
  /** The card's own address, where another one is set. */
  permaddr?: string;
  linkinfo?: { info_kind?: string; info_data?: { id?: number; protocol?: string } };
  addr_info?: IpAddressInfo[];
}

/** An Ethernet card (or what a hypervisor shows as one), not something made of others. */
export const isPhysical = ({ linkinfo, link_type }: IpLink): boolean =>
  linkinfo?.info_kind === undefined && link_type === 'ether';

/** The address by which an installer will find the card. */
export const macOf = ({ permaddr, address }: IpLink): string | undefined =>
  [permaddr, address].find(
    (mac) => mac !== undefined && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac),
  );
