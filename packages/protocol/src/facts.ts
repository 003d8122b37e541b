import { z } from 'zod';
import { VirtHost } from './guest.ts';
import { Bmc } from './inventory/power.ts';
import { Network } from './network.ts';
import { Arch, BootMode, Bytes, Mac } from './primitives.ts';

/** What is on a disk now, for the list of what will be erased. */
export const Partition = z.object({
  name: z.string(),
  size: Bytes,
  filesystem: z.string().optional(),
  label: z.string().optional(),
  mountPoints: z.array(z.string()),
});

/**
 * A disk by stable identity. `id` is `serial:…`, `wwn:…`, `path:<PCI address …>` or, where nothing
 * better exists, `name:…`: all of them can be resolved by an installer without udev.
 */
export const Disk = z.object({
  id: z.string().regex(/^(serial|wwn|path|name):.+$/),
  name: z.string(),
  size: Bytes,
  model: z.string().optional(),
  removable: z.boolean(),
  /** Carries the running root file system. */
  system: z.boolean(),
  partitions: z.array(Partition),
});
export type Disk = z.infer<typeof Disk>;

/** Where kernels are kept, as the bootloader sees it. */
export const BootFilesystem = z.object({
  /** Directory that holds kernels, `/boot` or a directory on the ESP. */
  directory: z.string(),
  /** Mount point of the file system that holds the directory: bootloader paths are relative to it. */
  mountPoint: z.string(),
  filesystem: z.string(),
  uuid: z.string().optional(),
  freeBytes: Bytes,
  /** Device types from the file system down to the disk: `part`, `lvm`, `crypt`, `raid1`, `disk`. */
  stack: z.array(z.string()),
});
export type BootFilesystem = z.infer<typeof BootFilesystem>;

export const BootLoader = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('grub'),
    /** Directory of grub.cfg: `/boot/grub`, `/boot/grub2`, `/boot/efi/EFI/redhat`. */
    directory: z.string(),
    /** The program that sets the one-time entry: `grub-reboot` or `grub2-reboot`. */
    rebootCommand: z.string(),
    /** Environment block that GRUB reads and writes. */
    environmentFile: z.string(),
    /** GRUB can clear the one-time entry itself; false on LVM, RAID, btrfs, ZFS, encryption. */
    environmentWritable: z.boolean(),
    /** grub.cfg sources custom.cfg, so that an entry can be added without rewriting grub.cfg. */
    sourcesCustom: z.boolean(),
    /** Boot Loader Specification entries are in use (`blscfg`). */
    bls: z.boolean(),
    boot: BootFilesystem,
  }),
  z.object({ kind: z.literal('systemd-boot'), boot: BootFilesystem }),
  z.object({
    /** No bootloader that we know; with UEFI, the kernel can be started by the firmware itself. */
    kind: z.literal('none'),
    boot: BootFilesystem.optional(),
  }),
]);
export type BootLoader = z.infer<typeof BootLoader>;

/** What an agent knows of its machine. Unknown fields of newer agents are ignored. */
export const Facts = z.object({
  agentVersion: z.string(),
  hostname: z.string(),
  /** SMBIOS UUID in lower case; absent where the firmware has none. */
  machineUuid: z.string().optional(),
  arch: Arch,
  os: z.object({
    /** `ID` of os-release. */
    id: z.string(),
    /** `VERSION_ID` of os-release; rolling distributions have none. */
    versionId: z.string().optional(),
    name: z.string(),
    kernel: z.string(),
  }),
  /** What is installed, by the package manager's own records; absent where none is known. */
  packages: z
    .object({ manager: z.enum(['dpkg', 'rpm', 'pacman', 'apk']), count: z.int().nonnegative() })
    .optional(),
  /** Changes at each boot: /proc/sys/kernel/random/boot_id. */
  bootId: z.string(),
  bootMode: BootMode,
  secureBoot: z.boolean(),
  kernelCommandLine: z.string(),
  cpu: z.object({ model: z.string(), cores: z.int() }),
  memoryBytes: Bytes,
  /** Hypervisor or container kind, `none` on bare metal. */
  virtualization: z.string(),
  disks: z.array(Disk),
  interfaces: z.array(
    z.object({ name: z.string(), mac: Mac, addresses: z.array(z.string()), up: z.boolean() }),
  ),
  /** Absent where there is no default route. */
  network: Network.optional(),
  bootLoader: BootLoader,
  /** The mounted EFI system partition; absent where there is none, or the agent is an older one. */
  esp: BootFilesystem.optional(),
  /** Whether kexec-tools and the kernel's support are there; `fileLoad` is `kexec_file_load`. */
  kexec: z.object({ available: z.boolean(), fileLoad: z.boolean() }),
  efibootmgr: z.boolean(),
  /** Absent where no BMC was found. */
  bmc: Bmc.optional(),
  /** What the machine can give to virtual guests. */
  virtHost: VirtHost.optional(),
  /** Free bytes where the agent stages downloads. */
  stagingFreeBytes: Bytes,
  /** What could not be found out and why, for people. */
  notes: z.array(z.string()).optional(),
});
export type Facts = z.infer<typeof Facts>;
