import type { AnswerVariables } from './variables.ts';

const base = 'http://192.0.2.1:8080/p/TOKEN';

/** An archive for a machine with DHCP. */
export const answerVariables = {
  job: { id: 'job_aaaaaaaaaaaaaaaaaaaa', attempt: 1 },
  system: { id: 'sys_aaaaaaaaaaaaaaaaaaaa', name: 'web1', hostname: 'web1.example.org' },
  profile: { name: 'web' },
  distro: { name: 'debian-12', breed: 'debian', version: '12', major: 12, arch: 'x86_64' },
  urls: {
    base,
    answer_file: `${base}/answer-file`,
    tree: `${base}/tree`,
    image: `${base}/image`,
    agent_zst: `${base}/agent.zst`,
    agent_gz: `${base}/agent.gz`,
    config: `${base}/config.tar.gz`,
    events: `${base}/events`,
    log: `${base}/log`,
  },
  image: {
    format: 'tar.zst',
    sha256: 'a'.repeat(64),
    size: 150_000_000,
    unpacked_size: 450_000_000,
  },
  disk: { id: 'serial:RESOLE0001', size: 4_294_967_296 },
  network: {
    mac: '52:54:00:12:34:56',
    interface: 'enp1s0',
    ipv4: {
      method: 'dhcp',
      addresses: [{ address: '10.0.2.15', prefix: 24 }],
      gateway: '10.0.2.2',
    },
    ipv6: { method: 'none', addresses: [] },
    dns: ['10.0.2.3'],
    search: [],
  },
  interfaces: [
    {
      name: 'enp1s0',
      kind: 'ethernet',
      mac: '52:54:00:12:34:56',
      primary: true,
      ipv4: { method: 'dhcp', addresses: [], default_route: true },
      ipv6: { method: 'none', addresses: [], default_route: false },
    },
  ],
  name_servers: ['10.0.2.3'],
  search_domains: [],
  repos: [],
  kernel_options_post: '',
  users: [],
  setup_password: 'Rs1.SETUP-PASSWORD',
  agent: {
    size: 1234,
    sha256: 'b'.repeat(64),
    config: 'controller: https://192.0.2.1:8443\njoinTokenFile: /etc/resole/join-token\n',
    join_token: 'rsl1.token\n',
    unit: '[Service]\nExecStart=/usr/local/bin/resole-agent run\n\n[Install]\nWantedBy=multi-user.target\n',
  },
  ssh: { authorized_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA admin@example.org'] },
  vars: { kernel_options: 'console=tty0 console=ttyS0' },
} as const satisfies AnswerVariables & { image: object };
