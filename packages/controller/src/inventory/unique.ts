import type { SystemInput } from '@resole/protocol';
import { addressOf } from '../store/addresses.ts';
import type { Store } from '../store/store.ts';
import type { Problem } from './problems.ts';

type Index = 'mac' | 'ip' | 'dnsName';

/** One value that belongs to one system only. */
interface Claim {
  field: string;
  index: Index;
  key: string;
  value: string;
}

const claimsOf = ({ macs = [], interfaces = {} }: Partial<SystemInput>): Claim[] => {
  const claims = macs.map(
    (mac, index): Claim => ({ field: `macs.${index}`, index: 'mac', key: mac, value: mac }),
  );
  for (const [name, { mac, dnsName, ipv4, ipv6 }] of Object.entries(interfaces)) {
    const field = `interfaces.${name}`;
    if (mac !== undefined)
      claims.push({ field: `${field}.mac`, index: 'mac', key: mac, value: mac });
    if (dnsName !== undefined) {
      const key = dnsName.toLowerCase();
      claims.push({ field: `${field}.dnsName`, index: 'dnsName', key, value: dnsName });
    }
    for (const [version, addresses] of Object.entries({
      ipv4: ipv4?.addresses,
      ipv6: ipv6?.addresses,
    })) {
      for (const [place, value] of (addresses ?? []).entries()) {
        const key = addressOf(value);
        claims.push({ field: `${field}.${version}.addresses.${place}`, index: 'ip', key, value });
      }
    }
  }
  return claims;
};

/** MACs, static addresses and DNS names that another system has already: they tell machines apart. */
export const uniqueProblems = async (
  fields: Partial<SystemInput>,
  store: Store,
  self: string | undefined,
): Promise<Problem[]> => {
  const problems: Problem[] = [];
  for (const { field, index, key, value } of claimsOf(fields)) {
    const owner = (await store.systems.by(index, key)).find((system) => system.id !== self);
    if (owner === undefined) continue;
    const problem = `belongs to system ${owner.name} already`;
    const remedy = `give another one, or take it away first: resole system edit ${owner.name}`;
    problems.push({ field, problem, value, remedy });
  }
  return problems;
};
