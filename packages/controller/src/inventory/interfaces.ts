import type { Interface } from '@resole/protocol';
import { addressOf } from '../store/addresses.ts';
import type { Problem } from './problems.ts';

type Interfaces = Readonly<Record<string, Interface>>;

/** Names of the interfaces that one is made of. */
const below = ({ bond, bridge, vlan }: Interface): string[] => [
  ...(bond?.members ?? []),
  ...(bridge?.members ?? []),
  ...(vlan === undefined ? [] : [vlan.parent]),
];

/** Where an interface mentions others: path of the field → name. */
const mentions = (name: string, { bond, bridge, vlan }: Interface): [string, string][] => [
  ...(bond?.members ?? []).map((member, index): [string, string] => [
    `interfaces.${name}.bond.members.${index}`,
    member,
  ]),
  ...(bridge?.members ?? []).map((member, index): [string, string] => [
    `interfaces.${name}.bridge.members.${index}`,
    member,
  ]),
  ...(vlan === undefined
    ? []
    : [[`interfaces.${name}.vlan.parent`, vlan.parent] as [string, string]]),
];

const isMadeOfItself = (name: string, interfaces: Interfaces): boolean => {
  const seen = new Set<string>();
  const next = below(interfaces[name] ?? {});
  for (let each = next.pop(); each !== undefined; each = next.pop()) {
    if (each === name) return true;
    if (seen.has(each)) continue;
    seen.add(each);
    next.push(...below(interfaces[each] ?? {}));
  }
  return false;
};

/** What is wrong with one interface, whatever the others are. */
const ownProblems = (name: string, one: Interface): Problem[] => {
  const field = `interfaces.${name}`;
  const problems: Problem[] = [];
  const kinds = (['bond', 'vlan', 'bridge'] as const).filter((kind) => one[kind] !== undefined);
  if (kinds.length > 1) {
    problems.push({ field, problem: `is ${kinds.join(' and ')} at once: it can be one of them` });
  }
  if (one.bmc && kinds.length > 0) {
    problems.push({ field: `${field}.bmc`, problem: `the BMC's port is no ${kinds[0]}` });
  }
  for (const version of ['ipv4', 'ipv6'] as const) {
    const { method, addresses = [] } = one[version] ?? {};
    if (method === 'static' && addresses.length === 0) {
      const problem = 'is missing: a static configuration has an address';
      problems.push({ field: `${field}.${version}.addresses`, problem });
    }
    if (method === 'auto' && version === 'ipv4') {
      const remedy = 'there is dhcp, static and none; auto is IPv6 by router advertisement';
      problems.push({ field: `${field}.ipv4.method`, problem: 'is no method of IPv4', remedy });
    }
  }
  return problems;
};

/** What is wrong with how the interfaces of one machine go together. */
export const interfaceProblems = (interfaces: Interfaces): Problem[] => {
  const problems: Problem[] = [];
  /** Interface → the bond or bridge that has it. */
  const masters = new Map<string, string>();
  /** What may be there once only: a MAC, an address → its field. */
  const taken = new Map<string, string>();
  const once = (field: string, key: string | undefined) => {
    if (key === undefined) return;
    const other = taken.get(key);
    if (other === undefined) taken.set(key, field);
    else problems.push({ field, problem: `is that of ${other} too`, value: key });
  };
  for (const [name, one] of Object.entries(interfaces)) {
    problems.push(...ownProblems(name, one));
    for (const [field, value] of mentions(name, one)) {
      const other = Object.hasOwn(interfaces, value) ? interfaces[value] : undefined;
      if (other === undefined) {
        const remedy = `the interfaces are ${Object.keys(interfaces).join(', ')}`;
        problems.push({ field, problem: `there is no interface "${value}"`, value, remedy });
      } else if (other.bmc) {
        problems.push({ field, problem: "is the BMC's port: the machine can't use it", value });
      }
      if (one.vlan !== undefined) continue;
      const master = masters.get(value);
      if (master !== undefined && master !== name) {
        problems.push({ field, problem: `is a member of ${master} already`, value });
      }
      masters.set(value, name);
    }
    if (isMadeOfItself(name, interfaces)) {
      problems.push({ field: `interfaces.${name}`, problem: 'is made of itself' });
    }
    once(`interfaces.${name}.mac`, one.mac);
    for (const version of ['ipv4', 'ipv6'] as const) {
      for (const [index, cidr] of (one[version]?.addresses ?? []).entries()) {
        once(`interfaces.${name}.${version}.addresses.${index}`, addressOf(cidr));
      }
    }
  }
  for (const [member, master] of masters) {
    const { ipv4, ipv6 } = interfaces[member] ?? {};
    if ([...(ipv4?.addresses ?? []), ...(ipv6?.addresses ?? [])].length === 0) continue;
    problems.push({
      field: `interfaces.${member}`,
      problem: `is a member of ${master}, so it has no addresses`,
      remedy: `give them to ${master}`,
    });
  }
  const primary = Object.keys(interfaces).filter((name) => interfaces[name]?.primary);
  if (primary.length > 1) {
    const problem = `is primary, as is ${primary[0]}: one interface can be`;
    problems.push({ field: `interfaces.${primary[1]}.primary`, problem });
  }
  return problems;
};
