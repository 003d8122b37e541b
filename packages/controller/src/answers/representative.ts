/** Machines and distros that stand for those that are not there, to try templates on. */
import type { Distro, Family, Interface, Profile, System } from '@resole/protocol';

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

/** Versions per family whose answer files differ. */
const versions: Readonly<Partial<Record<Family, readonly (readonly [string, string])[]>>> = {
  image: [['debian', '12']],
  fai: [['debian', '12']],
  'debian-installer': [
    ['debian', '12'],
    ['debian', '13'],
  ],
  subiquity: [
    ['ubuntu', '22.04'],
    ['ubuntu', '24.04'],
  ],
  anaconda: [
    ['redhat', '7.9'],
    ['redhat', '8.10'],
    ['redhat', '9.4'],
    ['redhat', '10.0'],
    ['fedora', '42'],
  ],
  autoyast: [['suse', '15.6']],
  agama: [['suse', '16.0']],
  windows: [['windows', '2022']],
  esxi: [['vmware', '8.0']],
  freebsd: [['freebsd', '14.2']],
};

/** Distros that stand for all those of a family and version. */
export const representativeDistros: readonly Distro[] = Object.entries(versions).flatMap(
  ([family, list]) =>
    list.map(([breed, version]) => ({
      ...stored,
      id: 'dst_representative22222',
      name: `${breed}-${version}`,
      family: family as Family,
      breed,
      version,
      arch: 'x86_64' as const,
      kernel: file,
      initrd: file,
      tree: '/representative',
      authorizedKeys: [key],
      ...(family === 'image'
        ? { image: { ...file, format: 'tar.zst' as const, unpackedSize: 1 } }
        : {}),
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
