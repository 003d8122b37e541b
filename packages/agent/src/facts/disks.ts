import type { Disk } from '@resole/protocol';
import { type BlockDevice, waysTo, withDescendants } from './block.ts';
import { type DiskTraits, diskId, readDiskTraits } from './disk-id.ts';
import type { Machine } from './machine.ts';
import { type Mount, mountOf } from './mounts.ts';

/** Things that call themselves disks, but hold no installation: RAM disks, boot areas of an eMMC. */
const noDisk = /^(zram|ram|loop|fd|sr|nbd|rbd|drbd)\d|boot\d$|rpmb$/;

/** The machine's disks, in the kernel's order. */
export async function readDisks(
  machine: Machine,
  devices: readonly BlockDevice[],
  mounts: readonly Mount[],
): Promise<Disk[]> {
  const disks = devices.filter(
    ({ type, name, size }) => type === 'disk' && size > 0 && !noDisk.test(name),
  );
  const traits = await Promise.all(disks.map(({ name }) => readDiskTraits(machine, name)));
  const root = mountOf(mounts, '/');
  const system = new Set(root ? waysTo(devices, root).map(([disk]) => disk?.name) : []);
  if (system.size === 0) machine.note('no disk carries the root file system');
  return disks.map((device, index) =>
    describeDisk(device, traits[index] as DiskTraits, traits, system.has(device.name)),
  );
}

function describeDisk(
  device: BlockDevice,
  traits: DiskTraits,
  all: readonly DiskTraits[],
  system: boolean,
): Disk {
  const parts = device.children.filter(({ type }) => type === 'part');
  // A disk without a partition table may still hold something: a file system, a RAID member.
  const whole = parts.length === 0 && (device.filesystem || device.mountPoints.length > 0);
  return {
    id: diskId(traits, all),
    name: device.name,
    size: device.size,
    ...(device.model ? { model: device.model } : {}),
    removable: device.removable,
    system,
    partitions: (whole ? [device] : parts).map((part) => ({
      name: part.name,
      size: part.size,
      ...(part.filesystem ? { filesystem: part.filesystem } : {}),
      ...(part.label ? { label: part.label } : {}),
      // What is lost with a partition of LVM or RAID is what is built upon it.
      mountPoints: [...new Set(withDescendants(part).flatMap((each) => each.mountPoints))].sort(),
    })),
  };
}
