/** Facts of a made-up server, for tests. */
import type { BootLoader, Facts, Network } from '@resole/protocol';

export const network: Network = {
  mac: '52:54:00:12:34:56',
  interface: 'eth0',
  ipv4: {
    method: 'static',
    addresses: [{ address: '192.0.2.10', prefix: 24 }],
    gateway: '192.0.2.1',
  },
  ipv6: { method: 'none', addresses: [] },
  dns: ['192.0.2.53'],
  search: [],
};

export const grub = (changes: Partial<Extract<BootLoader, { kind: 'grub' }>> = {}) =>
  ({
    kind: 'grub',
    directory: '/boot/grub',
    rebootCommand: 'grub-reboot',
    environmentFile: '/boot/grub/grubenv',
    environmentWritable: true,
    sourcesCustom: true,
    bls: false,
    boot: {
      directory: '/boot',
      mountPoint: '/',
      filesystem: 'ext4',
      uuid: '5f1e9c3a-0b1d-4c6e-9a55-6f6ad2f0a001',
      freeBytes: 500_000_000,
      stack: ['part', 'disk'],
    },
    ...changes,
  }) as const satisfies BootLoader;

export const facts: Facts = {
  agentVersion: '0.1.0',
  hostname: 'web1',
  machineUuid: '4c4c4544-0042-3510-8052-b4c04f4d3232',
  arch: 'x86_64',
  os: { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12', kernel: '6.1.0-40-amd64' },
  bootId: '3d3a5bd1-6f0b-4a39-8a4e-6c1f6a0e1a01',
  bootMode: 'bios',
  secureBoot: false,
  kernelCommandLine: 'root=UUID=5f1e9c3a ro quiet',
  cpu: { model: 'QEMU', cores: 2 },
  memoryBytes: 2_000_000_000,
  virtualization: 'kvm',
  disks: [
    {
      id: 'serial:A1',
      name: 'vda',
      size: 4_294_967_296,
      removable: false,
      system: true,
      partitions: [],
    },
  ],
  interfaces: [{ name: 'eth0', mac: '52:54:00:12:34:56', addresses: ['192.0.2.10/24'], up: true }],
  network,
  bootLoader: grub(),
  kexec: { available: true, fileLoad: true },
  efibootmgr: false,
  stagingFreeBytes: 1_000_000_000,
};
