import { answerVariables } from './answer-file.fixture.ts';
import type { AnswerVariables, InterfaceVariables } from './variables.ts';

/** One that gpg has made for this file, and that signs nothing. */
export const toolsKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawzXkRYJKwYBBAHaRw8BAQdAe5ENNZrjWifh/ABaKFLRqz2FPjYsB6tYLVap
Fcwu52S0GVRvb2xzIDx0b29sc0BleGFtcGxlLm9yZz6IkAQTFggAOBYhBKL2saIW
o88jIS0K/bHntac7Cy42BQJrDNeRAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheA
AAoJELHntac7Cy428J0A/R1Y42M5lO0b7+byMg6G7gjiYb344wKHOk4WBjRlyhrn
AQCEAwfflIHo32bUnQAGCjsVVYGBwZ8ivWjE3wAXFcryCw==
=l4fA
-----END PGP PUBLIC KEY BLOCK-----
`;
export const toolsKeyFingerprint = 'A2F6B1A216A3CF23212D0AFDB1E7B5A73B0B2E36';

type V4 = InterfaceVariables['ipv4'];

const none: { method: 'none'; addresses: []; default_route: false } = {
  ...{ method: 'none', addresses: [], default_route: false },
};
const v4 = (address: string, prefix: number, netmask: string, gateway?: string): V4 => ({
  method: 'static',
  addresses: [{ address, prefix, netmask }],
  ...(gateway === undefined ? { default_route: false } : { gateway, default_route: true }),
});

const member = (name: string, mac: string): InterfaceVariables => ({
  ...{ name, kind: 'ethernet', mac, master: 'bond0', primary: false, ipv4: none, ipv6: none },
});

const answers = (own: Partial<AnswerVariables>): AnswerVariables => ({
  ...answerVariables,
  vars: {},
  ...own,
});

/** The systems of which every family's answer file is kept as a golden file. */
export const debianCases: Record<string, AnswerVariables> = {
  dhcp: answers({}),
  static: answers({
    interfaces: [
      {
        ...{ name: 'lan0', kind: 'ethernet', mac: '52:54:00:12:34:56', primary: true, mtu: 9000 },
        ipv4: v4('192.0.2.10', 24, '255.255.255.0', '192.0.2.1'),
        ipv6: none,
      },
    ],
    name_servers: ['192.0.2.53'],
    search_domains: ['example.org'],
    repos: [
      {
        ...{
          name: 'debian',
          type: 'apt',
          url: 'http://deb.example.org/debian',
          url_kind: 'baseurl',
        },
        ...{ suites: ['bookworm', 'bookworm-updates'], components: ['main'] },
        ...{ key_fingerprints: [], enabled: true, options: {} },
      },
      {
        ...{
          name: 'tools',
          type: 'apt',
          url: 'https://apt.example.org:8443/tools',
          arch: 'x86_64',
        },
        ...{ url_kind: 'baseurl', suites: ['stable'], components: ['main', 'extra'] },
        ...{ enabled: true, options: { trusted: 'no' }, priority: 700 },
        ...{ key: toolsKey, key_fingerprints: [toolsKeyFingerprint] },
        proxy: 'http://proxy.example.org:3128',
      },
    ],
    proxy: 'http://proxy.example.org:3128',
    kernel_options_post: 'console=ttyS1,115200 quiet',
    root_password_hash: '$6$salt$hash',
    users: [
      {
        ...{ name: 'ops', keys: ['ssh-ed25519 AAAA ops@example.org'], groups: ['adm', 'web'] },
        ...{ sudo: true, shell: '/bin/bash' },
      },
      {
        ...{ name: 'web', keys: [], groups: [], sudo: false, shell: '/bin/sh' },
        password_hash: '$6$salt$hash',
      },
    ],
    vars: { packages: ['htop', 'rsync'], timezone: 'Europe/Berlin' },
  }),
  'dual-stack': answers({
    interfaces: [
      {
        ...{ name: 'lan0', kind: 'ethernet', mac: '52:54:00:12:34:56', primary: true },
        ipv4: v4('203.0.113.7', 32, '255.255.255.255', '198.51.100.1'),
        ipv6: {
          method: 'static',
          addresses: [{ address: '2001:db8:1::10', prefix: 64 }],
          ...{ gateway: 'fe80::1', default_route: true },
        },
      },
      {
        ...{ name: 'lan1', kind: 'ethernet', mac: '52:54:00:12:34:57', primary: false },
        ipv4: { method: 'dhcp', addresses: [], default_route: false },
        ipv6: { method: 'auto', addresses: [], default_route: false },
      },
    ],
    name_servers: ['198.51.100.53', '2001:db8::53'],
    search_domains: ['example.org', 'example.net'],
  }),
  'bond-vlan': answers({
    interfaces: [
      member('lan0', '52:54:00:12:34:56'),
      member('lan1', '52:54:00:12:34:57'),
      {
        ...{ name: 'bond0', kind: 'bond', members: ['lan0', 'lan1'], mode: '802.3ad' },
        ...{ options: { miimon: '100', lacp_rate: 'fast', xmit_hash_policy: 'layer3+4' } },
        ...{ primary: false, mtu: 9000, ipv4: none, ipv6: none },
      },
      {
        ...{ name: 'bond0.5', kind: 'vlan', vlan: { id: 5, parent: 'bond0' }, primary: true },
        ipv4: v4('192.0.2.10', 24, '255.255.255.0', '192.0.2.1'),
        ipv6: { method: 'auto', addresses: [], default_route: true },
      },
      {
        ...{ name: 'bond0.6', kind: 'vlan', vlan: { id: 6, parent: 'bond0' }, primary: false },
        ...{ master: 'br0', ipv4: none, ipv6: none },
      },
      {
        ...{ name: 'br0', kind: 'bridge', members: ['bond0.6'], primary: false },
        ipv4: v4('198.51.100.10', 24, '255.255.255.0'),
        ipv6: none,
      },
    ],
    name_servers: ['192.0.2.53'],
  }),
  // lan0 is the primary one, of IPv6 only lan1 has a gateway, and lan2 learns both.
  'two-gateways': answers({
    interfaces: [
      {
        ...{ name: 'lan0', kind: 'ethernet', mac: '52:54:00:12:34:56', primary: true },
        ipv4: v4('192.0.2.10', 24, '255.255.255.0', '192.0.2.1'),
        ipv6: none,
      },
      {
        ...{ name: 'lan1', kind: 'ethernet', mac: '52:54:00:12:34:57', primary: false },
        ipv4: { ...v4('198.51.100.10', 24, '255.255.255.0', '198.51.100.1'), default_route: false },
        ipv6: {
          ...{ method: 'static', addresses: [{ address: '2001:db8::10', prefix: 64 }] },
          ...{ gateway: '2001:db8::1', default_route: true },
        },
      },
      {
        ...{ name: 'lan2', kind: 'ethernet', mac: '52:54:00:12:34:58', primary: false },
        ipv4: { method: 'dhcp', addresses: [], default_route: false },
        ipv6: { method: 'dhcp', addresses: [], default_route: false },
      },
    ],
    name_servers: ['192.0.2.53'],
  }),
};

/** A text that ends words, lines, commands and elements wherever it can. */
export const evil = `'"]]>-->; touch /tmp/pwned; $(touch /tmp/pwned) \`touch /tmp/pwned\` #\n- d-i pwned: {x}\n`;

/** Everything that operators or machines can fill in, filled with it. */
export const evilVariables: AnswerVariables = {
  ...(debianCases.static as AnswerVariables),
  system: { ...answerVariables.system, name: evil, hostname: evil },
  profile: { name: evil },
  disk: { ...answerVariables.disk, id: `serial:${evil}` },
  name_servers: [evil],
  search_domains: [evil],
  proxy: evil,
  kernel_options_post: evil,
  root_password_hash: evil,
  repos: (debianCases.static as AnswerVariables).repos.map((repo) => ({
    ...{ ...repo, url: `http://${evil}`, suites: [evil], components: [evil], key: evil },
    ...{ options: { trusted: evil }, proxy: evil },
  })),
  agent: { ...answerVariables.agent, join_token: evil, unit: evil, config: evil },
  ssh: { authorized_keys: [evil] },
  users: [
    {
      ...{ name: evil, keys: [evil], groups: [evil], sudo: true, shell: evil },
      password_hash: evil,
    },
  ],
  vars: {
    packages: [evil],
    timezone: evil,
    locale: evil,
    keymap: evil,
    tasks: [evil],
    kernel_options: evil,
  },
};

/** The variables of a machine that asks DHCP, connected as another one of these. */
export const connectedAs = (name: 'static' | 'dual-stack' | 'bond-vlan'): AnswerVariables => {
  const { interfaces, name_servers, search_domains } = debianCases[name] as AnswerVariables;
  return { ...answerVariables, interfaces, name_servers, search_domains };
};
