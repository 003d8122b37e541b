import { type Machine, text } from './machine.ts';

/** What sysfs says of one disk's identity. */
export interface DiskTraits {
  name: string;
  serial?: string;
  wwn?: string;
  /** Its folder below /sys/devices. */
  path?: string;
}

export async function readDiskTraits(machine: Machine, name: string): Promise<DiskTraits> {
  const folder = `/sys/block/${name}`;
  // The same files, in the same order, as the installer without udev reads.
  const [virtio, nvme, nvmeWwn, scsiWwn, path] = await Promise.all([
    text(machine, `${folder}/serial`),
    text(machine, `${folder}/device/serial`),
    text(machine, `${folder}/wwid`),
    text(machine, `${folder}/device/wwid`),
    machine.real(folder),
  ]);
  const serial = virtio || nvme;
  const wwn = nvmeWwn || scsiWwn;
  return {
    name,
    ...(serial ? { serial } : {}),
    ...(wwn ? { wwn } : {}),
    ...(path ? { path } : {}),
  };
}

/**
 * The most stable identity that only this disk of the machine has: namespaces of one NVMe share
 * their serial, disks of one controller share its PCI address.
 */
export function diskId(disk: DiskTraits, all: readonly DiskTraits[]): string {
  const alone = (has: (other: DiskTraits) => boolean) => all.filter(has).length === 1;
  const { name, serial, wwn } = disk;
  if (serial && alone((other) => other.serial === serial)) return `serial:${serial}`;
  if (wwn && alone((other) => other.wwn === wwn)) return `wwn:${wwn}`;
  const address = disk.path?.match(/[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g)?.at(-1);
  if (address && alone((other) => other.path?.includes(address) === true)) return `path:${address}`;
  return `name:${name}`;
}
