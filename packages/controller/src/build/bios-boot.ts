/**
 * GRUB 2's BIOS boot code, put where the firmware looks for it without asking a kernel: what
 * grub-bios-setup does (GRUB 2.06, util/setup.c and include/grub/i386/pc/boot.h).
 */
const sectorSize = 512;

/** Where boot.img keeps the first sector of core.img (GRUB_BOOT_MACHINE_KERNEL_SECTOR, 8 bytes). */
const kernelSectorAt = 0x5c;
/** The drive to read from; 0xff = the one the firmware booted (GRUB_BOOT_MACHINE_BOOT_DRIVE). */
const bootDriveAt = 0x64;
/** A jump that doubts the firmware's drive number; off on anything but floppies. */
const driveCheckAt = 0x66;
/** From here on the sector belongs to the partition table: disk signature, entries, 55 AA. */
const partitionTableAt = 0x1b8;
/** First block list of core.img, at the end of its first sector: start (8), length (2), segment (2). */
const blockListAt = sectorSize - 12;
/** Where diskboot.img loads the rest to: 0x8200 as a segment. */
const loadSegment = 0x820;

export interface BiosBoot {
  /** New content of sector 0. */
  bootSector: Buffer;
  /** Content of the BIOS boot partition, from its first sector on. */
  core: Buffer;
}

/**
 * Joins GRUB's images to a disk.
 * @param boot boot.img, one sector
 * @param core core.img as grub-mkimage made it
 * @param current the disk's sector 0, whose partition table is kept
 * @param firstSector LBA of the BIOS boot partition
 */
export function biosBoot(
  boot: Buffer,
  core: Buffer,
  current: Buffer,
  firstSector: number,
): BiosBoot {
  const bootSector = Buffer.from(boot.subarray(0, sectorSize));
  bootSector.writeBigUInt64LE(BigInt(firstSector), kernelSectorAt);
  bootSector.writeUInt8(0xff, bootDriveAt);
  bootSector.writeUInt16LE(0x9090, driveCheckAt); // two NOPs
  current.copy(bootSector, partitionTableAt, partitionTableAt, sectorSize);

  const patched = Buffer.from(core);
  patched.writeBigUInt64LE(BigInt(firstSector + 1), blockListAt);
  patched.writeUInt16LE(Math.ceil(core.length / sectorSize) - 1, blockListAt + 8);
  patched.writeUInt16LE(loadSegment, blockListAt + 10);
  return { bootSector, core: patched };
}
