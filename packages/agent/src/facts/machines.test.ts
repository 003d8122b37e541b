/** Parts of the facts that depend on a few files: each on a machine made for it. */
import { expect, test } from 'vitest';
import { readBootLoader } from './boot-loader.ts';
import { readKexec } from './kexec.ts';
import { hasProgram, json } from './machine.ts';
import { readNetwork } from './network.ts';
import { type Recording, replayed } from './recording.ts';
import { readVirtualization } from './virtualization.ts';

const machine = (recording: Partial<Recording>) =>
  replayed({
    arch: 'x86_64',
    hardware: { cpu: { model: 'x', cores: 1 }, memoryBytes: 1 },
    files: {},
    binaries: {},
    present: [],
    links: {},
    free: {},
    outputs: {},
    ...recording,
  });

test.each<[string, Record<string, string>]>([
  ['none', { '/sys/class/dmi/id/sys_vendor': 'Dell Inc.', '/proc/cpuinfo': 'flags\t: fpu vme' }],
  [
    'none',
    { '/sys/class/dmi/id/sys_vendor': 'Amazon EC2', '/sys/class/dmi/id/product_name': 'm5.metal' },
  ],
  ['amazon', { '/sys/class/dmi/id/sys_vendor': 'Amazon EC2' }],
  ['kvm', { '/sys/class/dmi/id/product_name': 'KVM', '/sys/class/dmi/id/sys_vendor': 'QEMU' }],
  ['microsoft', { '/sys/class/dmi/id/product_name': 'Virtual Machine' }],
  ['xen', { '/sys/hypervisor/type': 'xen' }],
  ['vm-other', { '/proc/cpuinfo': 'flags\t: fpu hypervisor vme' }],
  ['lxc', { '/proc/1/environ': 'A=b\0container=lxc\0C=d' }],
  ['systemd-nspawn', { '/run/systemd/container': 'systemd-nspawn' }],
  ['docker', { '/.dockerenv': '' }],
])('%s', async (kind, files) => {
  expect(await readVirtualization(machine({ files }))).toBe(kind);
});

test('QEMU with KVM is told from QEMU alone by who can ask the processor', async () => {
  const files = { '/sys/class/dmi/id/sys_vendor': 'QEMU' };
  const present = ['/usr/bin/systemd-detect-virt'];
  const outputs = { 'systemd-detect-virt': 'kvm\n' };
  expect(await readVirtualization(machine({ files }))).toBe('qemu');
  expect(await readVirtualization(machine({ files, present, outputs }))).toBe('kvm');
});

const kexecFiles = {
  '/sys/kernel/kexec_loaded': '0',
  '/boot/config-6.1': 'CONFIG_KEXEC_FILE=y\n',
};
const lockdown = { '/sys/kernel/security/lockdown': 'none [integrity] confidentiality' };
test.each<[string, Record<string, string>, [boolean, boolean]]>([
  ['with everything', kexecFiles, [true, true]],
  ['old call only', { '/sys/kernel/kexec_loaded': '0', '/boot/config-6.1': '' }, [true, false]],
  ['locked down', { ...kexecFiles, ...lockdown }, [true, true]],
  ['locked down, old call only', { '/sys/kernel/kexec_loaded': '0', ...lockdown }, [false, false]],
  ['forbidden', { ...kexecFiles, '/proc/sys/kernel/kexec_load_disabled': '1' }, [false, false]],
  ['kernel without', { '/boot/config-6.1': 'CONFIG_KEXEC_FILE=y\n' }, [false, false]],
])('kexec %s', async (_, files, [available, fileLoad]) => {
  const there = machine({ files, present: ['/usr/sbin/kexec'] });
  expect(await readKexec(there, '6.1')).toEqual({ available, fileLoad });
});

const lsblkOf = (type: string) => [
  {
    name: 'sda2',
    path: '/dev/sda2',
    type,
    size: 1,
    removable: false,
    mountPoints: ['/'],
    children: [],
  },
];
const storage = (filesystem: string, type = 'part') => ({
  devices: lsblkOf(type),
  mounts: [{ target: '/', filesystem, source: '/dev/sda2', device: '8:2' }],
});
const grubCfg = 'menuentry "x" {\n}\nsource $prefix/custom.cfg\n';

test('GRUB of RHEL 8 on UEFI keeps all on the ESP', async () => {
  const esp = '/boot/efi/EFI/redhat';
  const there = machine({
    files: { [`${esp}/grub.cfg`]: 'insmod blscfg\nblscfg\n' },
    present: ['/usr/sbin/grub2-reboot', '/boot/grub2/x', `${esp}/grubenv`],
    links: { '/boot/grub2/grubenv': `${esp}/grubenv` },
    free: { '/boot': 5, [esp]: 5 },
  });
  const mounts = [
    ...storage('ext4').mounts,
    { target: '/boot/efi', filesystem: 'vfat', source: '/dev/sda1', device: '8:1' },
  ];
  expect(await readBootLoader(there, { ...storage('ext4'), mounts })).toMatchObject({
    kind: 'grub',
    directory: esp,
    rebootCommand: 'grub2-reboot',
    environmentFile: `${esp}/grubenv`,
    // No disk is known to carry the ESP here: better not to count on it.
    environmentWritable: false,
    sourcesCustom: false,
    bls: true,
  });
});

const search = 'search --fs-uuid --set=root 154ae042-fdfb-4e51-868e-998a6fc14f63\n';
test.each<[string, string]>([
  ['debian', `${search}set prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n`],
  ['opensuse', `${search}set prefix=(\${root})/boot/grub2\nsource "\${prefix}/grub.cfg"\n`],
  ['sles', `${search}set prefix=(\${root})/boot/grub2\nnormal\n`],
])("the stub in %s's folder on the ESP leads to GRUB's own folder", async (vendor, stub) => {
  const there = machine({
    files: { [`/boot/efi/EFI/${vendor}/grub.cfg`]: stub, '/boot/grub2/grub.cfg': grubCfg },
    present: ['/usr/sbin/grub2-reboot', '/boot/grub2/grubenv'],
    free: { '/boot': 5, '/boot/grub2': 5 },
  });
  expect(await readBootLoader(there, storage('ext4'))).toMatchObject({
    kind: 'grub',
    directory: '/boot/grub2',
    environmentFile: '/boot/grub2/grubenv',
    environmentWritable: true,
    sourcesCustom: true,
  });
});

test.each<[string, string, boolean]>([
  ['ext4', 'part', true],
  ['xfs', 'part', true],
  ['ext4', 'lvm', false],
  ['ext4', 'raid1', false],
  ['ext4', 'crypt', false],
  ['btrfs', 'part', false],
])('the environment of GRUB on %s, %s', async (filesystem, type, writable) => {
  const there = machine({
    files: { '/boot/grub/grub.cfg': grubCfg },
    present: ['/usr/sbin/grub-reboot', '/boot/grub/grubenv'],
    free: { '/boot': 5, '/boot/grub': 5 },
  });
  expect(await readBootLoader(there, storage(filesystem, type))).toMatchObject({
    environmentWritable: writable,
    sourcesCustom: true,
    bls: false,
  });
});

test('without grub-reboot there is no bootloader to be used, and a note', async () => {
  const there = machine({ files: { '/boot/grub/grub.cfg': grubCfg }, free: { '/boot': 5 } });
  expect(await readBootLoader(there, storage('ext4'))).toEqual({ kind: 'none' });
  expect(there.notes()).toEqual([
    '/boot/grub/grub.cfg is there, but neither grub-reboot nor grub2-reboot',
  ]);
});

test('UEFI without any bootloader that we know: the ESP is there for the firmware', async () => {
  const there = machine({ present: ['/efi/EFI/Linux/x.efi'], free: { '/efi': 7 } });
  const mounts = [{ target: '/efi', filesystem: 'vfat', source: '/dev/sda1', device: '8:1' }];
  expect(await readBootLoader(there, { devices: [], mounts })).toEqual({
    kind: 'none',
    boot: { directory: '/efi', mountPoint: '/efi', filesystem: 'vfat', freeBytes: 7, stack: [] },
  });
});

const route = (device: string) =>
  `${device}\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`;
const ether = { flags: ['UP', 'LOWER_UP'], link_type: 'ether', address: '52:54:00:00:00:01' };
const vlan = (protocol: string) => ({ info_kind: 'vlan', info_data: { protocol, id: 5 } });
test.each<[string, object[], string | undefined]>([
  ['eth0', [{ ifname: 'eth0', ...ether }], undefined],
  [
    'eth0.5',
    [
      { ifname: 'eth0', ...ether },
      { ifname: 'eth0.5', link: 'eth0', ...ether, linkinfo: vlan('802.1Q') },
    ],
    undefined,
  ],
  [
    'eth0.5',
    [
      { ifname: 'eth0', ...ether },
      { ifname: 'eth0.5', link: 'eth0', ...ether, linkinfo: vlan('802.1ad') },
    ],
    'eth0.5, a VLAN of eth0 by 802.1ad',
  ],
  [
    'eth0.5',
    [{ ifname: 'eth0.5', link: 'eth0', ...ether, linkinfo: vlan('802.1Q') }],
    'eth0.5, whose underlying interface is not visible',
  ],
  ['br0', [{ ifname: 'br0', ...ether, linkinfo: { info_kind: 'bridge' } }], 'br0, of kind bridge'],
  [
    'wg0',
    [{ ifname: 'wg0', flags: [], link_type: 'none', linkinfo: { info_kind: 'wireguard' } }],
    'wg0, of kind wireguard',
  ],
  [
    'ib0',
    [{ ifname: 'ib0', flags: [], link_type: 'infiniband', address: '00:11:22' }],
    'ib0, of kind infiniband',
  ],
])('a default route on %s', async (device, links, reason) => {
  const there = machine({
    files: { '/proc/net/route': route(device) },
    outputs: { 'ip -json -details address': links },
  });
  const { network } = await readNetwork(there);
  expect(network?.unsupported).toBe(reason && `the default route is on ${reason}`);
});

test.each([
  [1500, undefined],
  [9000, 9000],
])('an MTU of %s is told as %s', async (mtu, told) => {
  const there = machine({
    files: { '/proc/net/route': route('eth0') },
    outputs: { 'ip -json -details address': [{ ifname: 'eth0', ...ether, mtu }] },
  });
  expect((await readNetwork(there)).network?.mtu).toBe(told);
});

test('an address beside a lease is told apart', async () => {
  const address = (local: string, dynamic: boolean) => ({
    ...{ family: 'inet', scope: 'global', local, prefixlen: 24 },
    ...(dynamic ? { dynamic } : {}),
  });
  const addr_info = [address('192.0.2.10', true), address('192.0.2.99', false)];
  const there = machine({
    files: { '/proc/net/route': route('eth0') },
    outputs: { 'ip -json -details address': [{ ifname: 'eth0', ...ether, addr_info }] },
  });
  expect((await readNetwork(there)).network?.ipv4).toEqual({
    method: 'dhcp',
    addresses: [
      { address: '192.0.2.10', prefix: 24 },
      { address: '192.0.2.99', prefix: 24 },
    ],
    gateway: '192.0.2.1',
    besideLease: [{ address: '192.0.2.99', prefix: 24 }],
  });
});

test('a program that prints no JSON, or nothing, or is not there', async () => {
  const there = machine({
    present: ['/usr/bin/ip'],
    outputs: { 'ip -json': 'Option "-json" is unknown', 'ip empty': '\n' },
  });
  expect(await json(there, 'ip', ['-json'])).toBeUndefined();
  expect(await json(there, 'ip', ['empty'])).toEqual([]);
  expect(await json(there, 'lsblk', [])).toBeUndefined();
  expect(there.notes()).toEqual([
    'ip -json printed no JSON',
    'lsblk is not installed on this machine',
  ]);
  expect(await hasProgram(there, 'ip')).toBe(true);
});
