/** `--interface eth0,mac=52:54:00:12:34:56,ip=192.0.2.10/24,gateway=192.0.2.1`, on a command line. */
import { type Pair, pairsOf, type Wrong } from './pairs.ts';

type Fields = Record<string, unknown>;

/** For the help: what may stand in the text. */
export const interfaceHelp = `
Interfaces: the name comes first; what is not named stays as it is, and an empty value takes away.
  --interface eth0,mac=52:54:00:12:34:56                       DHCP
  --interface eth0,ip=192.0.2.10/24,gateway=192.0.2.1,primary  static; ip= and gateway= may be
                                                               repeated, for IPv6 too
  --interface eth0,ip=none,ip6=auto                            ip=dhcp|none, ip6=auto|dhcp|none
  --interface bond0,bond=eth0+eth1,mode=802.3ad,option=miimon:100
  --interface bond0.5,vlan=5:bond0,ip=192.0.2.10/24
  --interface br0,bridge=eth0,ip=dhcp,mtu=9000,dns-name=web1.example.org
  --interface bmc,mac=52:54:00:12:34:57,ip=192.0.2.210/24,bmc  the BMC’s port
`;

const flag = (value = 'yes', wrong: Wrong): boolean | undefined => {
  if (value === 'yes' || value === 'no') return value === 'yes';
  return wrong('is yes or no', value);
};

const list = (value = '') => value.split('+').filter((member) => member !== '');

const whole = (value = '', wrong: Wrong) =>
  /^\d+$/.test(value) ? Number(value) : wrong('must be a whole number', value);

const mapping = (value: unknown) => (value ?? {}) as Fields;

/** Words that set one field; each gets the field as it was. */
const words: Readonly<
  Record<
    string,
    [field: string, read: (value: string | undefined, wrong: Wrong, before: Fields) => unknown]
  >
> = {
  mac: ['mac', (value) => value],
  mtu: ['mtu', whole],
  'dns-name': ['dnsName', (value) => value],
  primary: ['primary', flag],
  bmc: ['bmc', flag],
  bridge: ['bridge', (value) => ({ members: list(value) })],
  bond: ['bond', (value, _, before) => ({ ...before, members: list(value) })],
  mode: ['bond', (value, _, before) => ({ ...before, mode: value })],
  option: [
    'bond',
    (value, wrong, before) => {
      const [, key, option] = /^([^:]+):(.*)$/.exec(value ?? '') ?? [];
      if (key === undefined) return wrong('must be option=NAME:VALUE', value ?? '');
      return { ...before, options: { ...mapping(before.options), [key]: option } };
    },
  ],
  vlan: [
    'vlan',
    (value, wrong) => {
      const [, id, parent] = /^(\d+):(.+)$/.exec(value ?? '') ?? [];
      return id === undefined
        ? wrong('must be vlan=ID:PARENT, as in 5:eth0', value ?? '')
        : { id: Number(id), parent };
    },
  ],
};

const methods = { ip: ['dhcp', 'none'], ip6: ['auto', 'dhcp', 'none'] } as const;

const versionOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');

/** Addresses and gateways replace those of their version; a method replaces all of it. */
function address(next: Fields, pairs: readonly Pair[], wrong: Wrong): void {
  const fresh = new Set<string>();
  for (const [key, value = ''] of pairs) {
    if (key === 'ip' || key === 'ip6') {
      const version = key === 'ip6' ? 'ipv6' : versionOf(value);
      if (value === '') delete next[version];
      else if (methods[key].some((method) => method === value)) next[version] = { method: value };
      else if (!value.includes('/')) {
        wrong(`must be an address with its prefix, or ${methods[key].join(' or ')}`, value);
      } else {
        const { gateway, addresses } = mapping(next[version]);
        const before = fresh.has(version) ? (addresses as string[]) : [];
        fresh.add(version);
        next[version] = {
          method: 'static',
          addresses: [...before, value],
          ...(gateway === undefined ? {} : { gateway }),
        };
      }
    }
  }
  for (const [key, value = ''] of pairs) {
    if (key !== 'gateway') continue;
    const version = versionOf(value);
    if (next[version] === undefined) wrong(`needs an ip= of ${version} too`, `gateway=${value}`);
    else next[version] = { ...mapping(next[version]), gateway: value };
  }
}

/** Name of the interface, and what becomes of it. */
export function interfaceChange(
  text: string,
  interfaces: Fields,
  wrong: Wrong,
): [name: string, after: Fields] {
  const [[first, given] = ['', undefined], ...rest] = pairsOf(text);
  const name = first === 'name' && given !== undefined ? given : first;
  if (first !== 'name' && given !== undefined) wrong('must begin with the interface’s name', text);
  const next = structuredClone(mapping(interfaces[name]));
  for (const [key, value] of rest) {
    const word = words[key];
    if (word === undefined) {
      if (key in methods || key === 'gateway') continue;
      wrong(
        `has no "${key}"`,
        text,
        `it has ${[...Object.keys(words), 'ip', 'ip6', 'gateway'].join(', ')}`,
      );
      continue;
    }
    const [field, read] = word;
    const wrongHere: Wrong = (problem, text) => wrong(problem, `${key}=${text}`);
    if (value === '') delete next[field];
    else next[field] = read(value, wrongHere, mapping(next[field]));
  }
  address(next, rest, wrong);
  return [name, next];
}
