import { expect, test } from 'vitest';
import { waysTo } from './block.ts';
import { type DiskTraits, diskId } from './disk-id.ts';
import { parseResolver } from './dns.ts';
import { mountOf, parseMounts } from './mounts.ts';
import { parseOsRelease } from './os.ts';
import { parseIpv4, parseIpv6 } from './routes.ts';

test('os-release with quotes, escapes, comments and rubbish', () => {
  const file = `# comment\nID="ol"\nVERSION_ID='8.9'\nPRETTY_NAME="A \\"B\\" \\$C"\nempty=\nnonsense\nHOME_URL=https://x/?a=b\n`;
  expect(Object.fromEntries(parseOsRelease(file))).toEqual({
    ID: 'ol',
    VERSION_ID: '8.9',
    PRETTY_NAME: 'A "B" $C',
    HOME_URL: 'https://x/?a=b',
  });
});

test('mounts: escapes, optional fields, and the last one over a path', () => {
  const mounts = parseMounts(
    [
      '22 1 8:1 / / rw - ext4 /dev/root rw',
      '23 22 0:30 / /boot rw shared:1 master:2 - autofs systemd-1 rw',
      '24 22 8:2 / /boot rw shared:3 - vfat /dev/sda2 rw',
      '25 22 8:3 / /my\\040disk rw - xfs /dev/mapper/a\\134b rw',
      'broken line',
    ].join('\n'),
  );
  expect(mounts).toHaveLength(4);
  expect(mounts[3]).toEqual({
    target: '/my disk',
    filesystem: 'xfs',
    source: '/dev/mapper/a\\b',
    device: '8:3',
  });
  expect(mountOf(mounts, '/boot/grub')?.filesystem).toBe('vfat');
  expect(mountOf(mounts, '/bootstrap')?.target).toBe('/');
  expect(mountOf([], '/boot')).toBeUndefined();
});

test('default routes of IPv4', () => {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n';
  const line = (...fields: string[]) => fields.join('\t');
  const backup = line('eth1', '00000000', '0100A8C0', '0003', '0', '0', '200', '00000000');
  const link = line('eth0', '0000A8C0', '00000000', '0001', '0', '0', '0', '00FFFFFF');
  const main = line('eth0', '00000000', '010200C0', '0003', '0', '0', '100', '00000000');
  expect(parseIpv4(`${head}${backup}\n${link}\n${main}\n`)).toEqual({
    device: 'eth0',
    gateway: '192.0.2.1',
    otherVersion: false,
  });
  const byIpv6 = line('eth0', '00000000', '00000000', '0003', '0', '0', '0', '00000000');
  expect(parseIpv4(byIpv6)).toEqual({ device: 'eth0', otherVersion: true });
  const onLink = line('ppp0', '00000000', '00000000', '0001', '0', '0', '0', '00000000');
  expect(parseIpv4(onLink)).toEqual({ device: 'ppp0', otherVersion: false });
  expect(parseIpv4(`${head}${link}`)).toBeUndefined();
  expect(parseIpv4('')).toBeUndefined();
});

test('default routes of IPv6: no rejecting ones, none of a source only', () => {
  const zero = '0'.repeat(32);
  const router = 'fe80000000000000000000000000000a';
  const route = (source: string, hop: string, metric: string, flags: string, device: string) =>
    `${zero} 00 ${zero} ${source} ${hop} ${metric} 00000001 00000000 ${flags} ${device}`;
  const reject = route('00', zero, '00000001', '00200200', 'lo');
  const ofSource = route('40', router, '00000002', '00000003', 'eth1');
  const main = route('00', router, '00000400', '00450003', 'eth0');
  expect(parseIpv6([reject, ofSource, main].join('\n'))).toEqual({
    device: 'eth0',
    gateway: 'fe80::a',
    otherVersion: false,
  });
  expect(parseIpv6(reject)).toBeUndefined();
});

test('resolv.conf: no loopback servers, the last search counts', () => {
  const file =
    'nameserver 127.0.0.53\nnameserver ::1\nnameserver\t192.0.2.53 # x\nsearch a b\ndomain c\n';
  expect(parseResolver(file)).toEqual({ dns: ['192.0.2.53'], search: ['c'] });
});

test('a disk is named by what only it has', () => {
  const nvme = '/sys/devices/pci0000:00/0000:00:1d.0/0000:3d:00.0/nvme/nvme0';
  const hba = '/sys/devices/pci0000:00/0000:00:02.0/host0/target0:0';
  const disks: DiskTraits[] = [
    { name: 'nvme0n1', serial: 'S1', wwn: 'eui.01', path: `${nvme}/nvme0n1` },
    { name: 'nvme0n2', serial: 'S1', wwn: 'eui.02', path: `${nvme}/nvme0n2` },
    {
      name: 'nvme1n1',
      serial: 'S2',
      path: '/sys/devices/pci0000:00/0000:00:1e.0/nvme/nvme1/nvme1n1',
    },
    { name: 'sda', path: `${hba}:0/block/sda` },
    { name: 'sdb', path: `${hba}:1/block/sdb` },
    { name: 'vda', path: '/sys/devices/pci0000:00/0000:00:05.0/virtio2/block/vda' },
    { name: 'mmcblk0', path: '/sys/devices/platform/soc/mmc_host/mmc0/block/mmcblk0' },
  ];
  expect(disks.map((disk) => diskId(disk, disks))).toEqual([
    'wwn:eui.01',
    'wwn:eui.02',
    'serial:S2',
    'name:sda',
    'name:sdb',
    'path:0000:00:05.0',
    'name:mmcblk0',
  ]);
});

test('ZFS says nothing of its disks in the mount: all members count', () => {
  const disk = (name: string, filesystem: string) => ({
    name,
    path: `/dev/${name}`,
    type: 'disk',
    size: 1,
    removable: false,
    filesystem,
    mountPoints: [],
    children: [],
  });
  const root = { target: '/', filesystem: 'zfs', source: 'rpool/ROOT/debian', device: '0:25' };
  const ways = waysTo([disk('sda', 'zfs_member'), disk('sdb', 'ext4')], root);
  expect(ways.map((way) => way.map(({ name }) => name))).toEqual([['sda']]);
});
