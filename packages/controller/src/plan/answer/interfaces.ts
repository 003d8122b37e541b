import {
  type Interface,
  type IpAddress,
  type Network,
  ResoleError,
  type System,
} from '@resole/protocol';
import type { InterfaceVariables } from '../../templates/variables.ts';
import { ipAddress } from '../network/address.ts';
import { netmask } from '../network/syntax.ts';
import { type Unrouted, withDefaultRoutes } from './default-routes.ts';

type Kind = InterfaceVariables['kind'];
type Named = Interface & { name: string };

/**
 * The interfaces that the new OS configures: those of the system, or where it has none, the network
 * that the machine has now. What others are built on comes first.
 * @throws ResoleError `invalid-input` where an interface is built on one that is not there, or on itself.
 */
export const interfaceVariables = (
  system: Pick<System, 'name' | 'interfaces'>,
  network: Network,
): InterfaceVariables[] => {
  const own = Object.entries(system.interfaces ?? {})
    .filter(([, each]) => !each.bmc)
    .map(([name, each]) => ({ ...each, name }));
  return withDefaultRoutes(own.length > 0 ? ordered(system.name, own) : liveInterfaces(network));
};

const ordered = (system: string, all: Named[]): Unrouted[] => {
  const lower = new Set(all.flatMap(lowerOf));
  const primary = primaryOf(all, lower);
  const masters = mastersOf(all);
  const done = new Map<string, Named>();
  const left = all.toSorted((a, b) => kinds.indexOf(kindOf(a)) - kinds.indexOf(kindOf(b)));
  while (left.length > 0) {
    const at = left.findIndex((each) => lowerOf(each).every((name) => done.has(name)));
    const [next] = at === -1 ? [] : left.splice(at, 1);
    if (next === undefined) throw unbuildable(system, left);
    done.set(next.name, next);
  }
  return [...done.values()].map((each) => ({
    ...variablesOf(each, masters.get(each.name)),
    primary: each === primary,
    ...addressing(each, lower.has(each.name)),
  }));
};

const kinds: Kind[] = ['ethernet', 'bond', 'vlan', 'bridge'];

const kindOf = ({ bond, vlan, bridge }: Interface): Kind =>
  bond ? 'bond' : vlan ? 'vlan' : bridge ? 'bridge' : 'ethernet';

/** The names of the interfaces that one is built on. */
const lowerOf = ({ bond, vlan, bridge }: Interface): string[] => [
  ...(bond?.members ?? []),
  ...(bridge?.members ?? []),
  ...(vlan ? [vlan.parent] : []),
];

/** The one whose gateway is the default route. */
const primaryOf = (all: Named[], lower: ReadonlySet<string>): Named | undefined =>
  all.find((each) => each.primary) ??
  all.find((each) => each.ipv4?.gateway ?? each.ipv6?.gateway) ??
  all.find((each) => !lower.has(each.name));

/** Name of a member → name of the bond or bridge that it is in; the first that names it counts. */
const mastersOf = (all: Named[]): ReadonlyMap<string, string> =>
  new Map(
    all
      .flatMap(({ name, bond, bridge }) =>
        ((bond ?? bridge)?.members ?? []).map((member): [string, string] => [member, name]),
      )
      .reverse(),
  );

const variablesOf = (each: Named, master: string | undefined) => {
  const members = each.bond?.members ?? each.bridge?.members;
  return {
    name: each.name,
    kind: kindOf(each),
    ...(each.mac === undefined ? {} : { mac: each.mac }),
    ...(master === undefined ? {} : { master }),
    ...(members === undefined ? {} : { members }),
    ...(each.bond?.mode === undefined ? {} : { mode: each.bond.mode }),
    ...(each.bond ? { options: each.bond.options ?? {} } : {}),
    ...(each.vlan ? { vlan: each.vlan } : {}),
    ...(each.mtu === undefined ? {} : { mtu: each.mtu }),
  };
};

/** Without a word about it, an interface asks DHCP; one below others has no addresses of its own. */
const addressing = ({ ipv4, ipv6 }: Interface, lower: boolean): Pick<Unrouted, 'ipv4' | 'ipv6'> => {
  const asks = ipv4 === undefined && ipv6 === undefined && !lower;
  return {
    ipv4: {
      method: ipv4 ? (ipv4.method === 'auto' ? 'dhcp' : ipv4.method) : asks ? 'dhcp' : 'none',
      addresses: (ipv4?.addresses ?? []).map((each) => withNetmask(ipAddress(each))),
      ...(ipv4?.gateway === undefined ? {} : { gateway: ipv4.gateway }),
    },
    ipv6: {
      method: ipv6?.method ?? (asks ? 'auto' : 'none'),
      addresses: (ipv6?.addresses ?? []).map(ipAddress),
      ...(ipv6?.gateway === undefined ? {} : { gateway: ipv6.gateway }),
    },
  };
};

const withNetmask = (each: IpAddress) => ({ ...each, netmask: netmask(each.prefix) });

/** The live network, which is one interface, or a VLAN on one. */
const liveInterfaces = (network: Network): Unrouted[] => {
  const { ipv4, ipv6, vlan, mac } = network;
  const mtu = network.mtu === undefined ? {} : { mtu: network.mtu };
  // What DHCP or a router advertisement gave is learned again.
  const learned = { addresses: [] };
  const addresses: Pick<Unrouted, 'ipv4' | 'ipv6'> = {
    ipv4:
      ipv4.method === 'static'
        ? { ...fixed(ipv4), addresses: ipv4.addresses.map(withNetmask) }
        : { method: ipv4.method === 'auto' ? 'dhcp' : ipv4.method, ...learned },
    ipv6:
      ipv6.method === 'static'
        ? { ...fixed(ipv6), addresses: ipv6.addresses }
        : { method: ipv6.method, ...learned },
  };
  if (vlan === undefined) {
    return [
      { name: network.interface, kind: 'ethernet', mac, ...mtu, primary: true, ...addresses },
    ];
  }
  const parent = network.interface;
  const none = { method: 'none' as const, addresses: [] };
  return [
    // A VLAN's packets must fit through its card.
    { name: parent, kind: 'ethernet', mac, ...mtu, primary: false, ipv4: none, ipv6: none },
    {
      name: vlanName(parent, vlan),
      kind: 'vlan',
      vlan: { id: vlan, parent },
      ...mtu,
      primary: true,
      ...addresses,
    },
  ];
};

/** Names of interfaces have 15 characters at most (IFNAMSIZ). */
const vlanName = (parent: string, id: number): string =>
  `${parent}.${id}`.length <= 15 ? `${parent}.${id}` : `vlan${id}`;

const fixed = ({ gateway }: Network['ipv4']) => ({
  method: 'static' as const,
  ...(gateway === undefined ? {} : { gateway }),
});

const unbuildable = (system: string, left: Named[]): ResoleError =>
  new ResoleError('invalid-input', `interfaces of ${system} are built on what is not there`, {
    remedy: `run \`resole system edit ${system}\` and name members and parents that exist`,
    details: left.map((each) => ({
      field: `interfaces.${each.name}`,
      problem: `is built on ${lowerOf(each).join(', ')}: missing, or built on it in turn`,
    })),
  });
