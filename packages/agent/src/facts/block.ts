import { json, type Machine } from './machine.ts';
import type { Mount } from './mounts.ts';

/** A block device with what is built upon it: partitions, RAID, LVM, encryption. */
export interface BlockDevice {
  /** `vda1`, `md0`, `dm-2`: its name below /sys/class/block. */
  name: string;
  /** `/dev/vda1`, `/dev/mapper/rhel-root`. */
  path: string;
  /** lsblk's: `disk`, `part`, `lvm`, `crypt`, `raid1`, `rom`, `loop` … */
  type: string;
  size: number;
  model?: string;
  filesystem?: string;
  label?: string;
  uuid?: string;
  removable: boolean;
  mountPoints: string[];
  children: BlockDevice[];
}

/** Columns that util-linux 2.32 (RHEL 8) knows, too; paths come by `-p`. */
const columns = 'NAME,KNAME,MAJ:MIN,TYPE,SIZE,FSTYPE,LABEL,UUID,MOUNTPOINT,MODEL,RM';

interface LsblkNode {
  name: string;
  kname: string;
  'maj:min': string;
  type: string;
  /** Numbers and booleans are strings before util-linux 2.33. */
  size: number | string | null;
  fstype: string | null;
  label: string | null;
  uuid: string | null;
  mountpoint: string | null;
  model: string | null;
  rm: boolean | string | null;
  children?: LsblkNode[];
}

export async function readBlockDevices(
  machine: Machine,
  mounts: readonly Mount[],
): Promise<BlockDevice[]> {
  const tree = await json<{ blockdevices?: LsblkNode[] }>(machine, 'lsblk', [
    '--json',
    '--bytes',
    '--paths',
    '--output',
    columns,
  ]);
  return (tree?.blockdevices ?? []).map((node) => toDevice(node, mounts));
}

function toDevice(node: LsblkNode, mounts: readonly Mount[]): BlockDevice {
  // lsblk tells one mount point of a device (2.37 and later could tell all); the kernel knows all.
  const own = mounts.filter((each) => each.source === node.name || each.device === node['maj:min']);
  const targets = [
    ...own.map(({ target }) => target),
    ...(node.mountpoint ? [node.mountpoint] : []),
  ];
  // Without udev (in containers), lsblk doesn't know the file system; the mount does.
  const filesystem = node.fstype ?? own[0]?.filesystem;
  return {
    name: node.kname.replace(/^\/dev\//, ''),
    path: node.name,
    type: node.type,
    size: Number(node.size ?? 0),
    ...(node.model?.trim() ? { model: node.model.trim() } : {}),
    ...(filesystem ? { filesystem } : {}),
    ...(node.label ? { label: node.label } : {}),
    ...(node.uuid ? { uuid: node.uuid } : {}),
    removable: node.rm === true || node.rm === '1',
    mountPoints: [...new Set(targets)].sort(),
    children: (node.children ?? []).map((child) => toDevice(child, mounts)),
  };
}

/** The device and everything built upon it. */
export const withDescendants = (device: BlockDevice): BlockDevice[] => [
  device,
  ...device.children.flatMap(withDescendants),
];

/**
 * The way from a disk up to the device that carries a mount, the disk first. A RAID or a btrfs of
 * several disks has several ways: all of them.
 */
export function waysTo(devices: readonly BlockDevice[], mount: Mount): BlockDevice[][] {
  const ways = devices.flatMap((device) => allWays(device));
  const ends = (way: BlockDevice[]) => way.at(-1) as BlockDevice;
  const direct = ways.filter((way) => ends(way).mountPoints.includes(mount.target));
  if (mount.filesystem === 'zfs') {
    return ways.filter((way) => ends(way).filesystem === 'zfs_member');
  }
  // The other members of a btrfs are not "mounted"; they share its UUID.
  const uuids = new Set(direct.map((way) => ends(way).uuid).filter(Boolean));
  const members = ways.filter((way) => !direct.includes(way) && uuids.has(ends(way).uuid));
  return [...direct, ...(mount.filesystem === 'btrfs' ? members : [])];
}

function allWays(device: BlockDevice): BlockDevice[][] {
  return [[device], ...device.children.flatMap(allWays).map((way) => [device, ...way])];
}
