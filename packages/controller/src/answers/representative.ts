/** Machines and distros that stand for those that are not there, to try templates on. */
import type { Distro, Family, Interface, Options, Profile, System } from '@resole/protocol';

const at = '2026-01-01T00:00:00.000Z';
const stored = { revision: 1, createdAt: at, updatedAt: at };
const mac = (last: number) => `52:54:00:00:00:0${last}`;

/** Ways in which machines are connected, each of which an answer file has to cope with. */
const networks: Readonly<Record<string, Record<string, Interface>>> = {
  dhcp: { eth0: { mac: mac(1) } },
  'static IPv4': {
    eth0: {
      mac: mac(1),
      ipv4: { method: 'static', addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' },
      ipv6: { method: 'none' },
    },
  },
  'dual-stack': {
    eth0: {
      mac: mac(1),
      ipv4: { method: 'static', addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' },
      ipv6: { method: 'static', addresses: ['2001:db8::10/64'], gateway: '2001:db8::1' },
    },
  },
  'bond and VLAN': {
    eth0: { mac: mac(1) },
    eth1: { mac: mac(2) },
    bond0: {
      bond: { members: ['eth0', 'eth1'], mode: '802.3ad', options: { miimon: '100' } },
    },
    'bond0.5': {
      vlan: { id: 5, parent: 'bond0' },
      primary: true,
      ipv4: { method: 'static', addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' },
      ipv6: { method: 'static', addresses: ['2001:db8::10/64'], gateway: '2001:db8::1' },
    },
  },
};

export const representativeDisk = { id: 'serial:REPRESENTATIVE', size: 256 * 1024 ** 3 };

/** One machine per way of being connected: its name says which. */
export const representativeSystems: readonly System[] = Object.entries(networks).map(
  ([name, interfaces]) => ({
    ...stored,
    id: 'sys_representative22222',
    name,
    hostname: 'machine.example.org',
    interfaces,
  }),
);

const file = { path: '/representative', size: 1, sha256: '0'.repeat(64) };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIREPRESENTATIVE admin@example.org';

interface Version {
  breed: string;
  version: string;
  /** As an import names it; default: breed and version. */
  name?: string;
  /** As an import sets them. */
  vars?: Record<string, unknown>;
}

const of = (breed: string, ...versions: readonly string[]): Version[] =>
  versions.map((version) => ({ breed, version }));

/** SUSE's products are told apart by what an import says of them. */
const suse = (name: string, product: string, version: string): Version => ({
  breed: 'suse',
  name: `${name}-${version}`,
  version,
  vars: { product },
});

/** Versions per family whose answer files differ. */
const versions: Readonly<Partial<Record<Family, readonly Version[]>>> = {
  image: of('debian', '12'),
  fai: of('debian', '12'),
  'debian-installer': [...of('debian', '10', '11', '12', '13'), ...of('ubuntu', '18.04')],
  subiquity: of('ubuntu', '20.04', '22.04', '24.04', '26.04'),
  anaconda: [...of('redhat', '7.9', '8.10', '9.4', '10.0'), ...of('fedora', '42')],
  autoyast: [
    suse('sles', 'SLES', '12.5'),
    suse('sles', 'SLES', '15.6'),
    suse('opensuse-leap', 'Leap', '15.6'),
    suse('opensuse-tumbleweed', 'openSUSE', '20260101'),
  ],
  agama: [suse('sles', 'SLES', '16.0'), suse('opensuse-leap', 'Leap_16.0', '16.0')],
  windows: of('windows', '2022', '2025', '11'),
  esxi: of('vmware', '7.0.3', '8.0.2'),
  freebsd: of('freebsd', '14.2'),
};

interface Representative {
  distro: Distro;
  options: Options;
}

/** Distros that stand for all those of a family and version, and what is set for each. */
export const representatives: readonly Representative[] = Object.entries(versions).flatMap(
  ([family, list]) =>
    list.map(({ breed, version, name = `${breed}-${version}`, vars }) => ({
      options: {
        authorizedKeys: [key],
        kernelOptionsPost: { console: ['tty0', 'ttyS0,115200'] },
        vars: { packages: ['htop'], ...vars },
      },
      distro: {
        ...stored,
        id: 'dst_representative22222',
        name,
        family: family as Family,
        breed,
        version,
        arch: 'x86_64' as const,
        kernel: file,
        initrd: file,
        tree: '/representative',
        ...(family === 'image'
          ? { image: { ...file, format: 'tar.zst' as const, unpackedSize: 1 } }
          : {}),
      },
    })),
);

export const representativeProfile: Profile = {
  ...stored,
  id: 'prf_representative22222',
  name: 'default',
};

/** What an agent would be, where none was packaged. */
export const representativeAgent = {
  size: 1,
  sha256: '0'.repeat(64),
  config: 'controller: https://controller.example.org:8443\n',
  unit: '[Service]\nExecStart=/usr/local/bin/resole-agent run\n',
};
