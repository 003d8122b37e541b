/** The network of a machine that nobody has seen yet, from what the inventory says of it. */
import { type Network, type Options, ResoleError, type System } from '@resole/protocol';
import type { InterfaceVariables } from '../../templates/variables.ts';
import { interfaceVariables } from '../answer/interfaces.ts';

type Known = Pick<System, 'name' | 'interfaces' | 'macs'>;

/**
 * The interface that carries the default route; of a machine of which only a MAC is known, DHCP.
 * @throws ResoleError `network-missing` where no MAC is known
 */
export const inventoryNetwork = (
  system: Known,
  { nameServers, searchDomains }: Pick<Options, 'nameServers' | 'searchDomains'>,
): Network => {
  const names = { dns: nameServers ?? [], search: searchDomains ?? [] };
  const macs = Object.values(system.interfaces ?? {})
    .filter(({ bmc }) => !bmc)
    .map(({ mac }) => mac);
  const mac = [...macs, ...(system.macs ?? [])].find((each) => each !== undefined);
  if (mac === undefined) throw unknown(system.name);
  const asking: Network = {
    mac,
    interface: 'eth0',
    ipv4: { method: 'dhcp', addresses: [] },
    ipv6: { method: 'auto', addresses: [] },
    ...names,
  };
  const all = interfaceVariables(system, asking);
  const primary = all.find((each) => each.primary);
  if (primary === undefined) return asking;
  const { vlan } = primary;
  const { default_route: _, ...ipv4 } = primary.ipv4;
  const { default_route: __, ...ipv6 } = primary.ipv6;
  return {
    mac: macOf(primary, all) ?? mac,
    interface: vlan?.parent ?? primary.name,
    ...(vlan === undefined ? {} : { vlan: vlan.id }),
    ipv4: {
      ...ipv4,
      addresses: ipv4.addresses.map(({ address, prefix }) => ({ address, prefix })),
    },
    ipv6,
    ...names,
  };
};

/** Of the hardware below: a VLAN's parent, the first member of a bond or bridge. */
const macOf = (one: InterfaceVariables, all: InterfaceVariables[]): string | undefined => {
  if (one.mac !== undefined) return one.mac;
  const below = all.find(({ name }) => name === (one.vlan?.parent ?? one.members?.[0]));
  return below && macOf(below, all);
};

const unknown = (name: string): ResoleError =>
  new ResoleError('network-missing', `no MAC address of ${name} is known`, {
    remedy: `run \`resole system edit ${name} --mac MAC\`, or enrol its agent`,
  });
