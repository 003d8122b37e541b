import { z } from 'zod';

/** A guest's disk. */
export const VirtDisk = z.strictObject({
  sizeGiB: z.number().positive().optional(),
  /** libvirt's storage pool. */
  pool: z.string().optional(),
  bus: z.enum(['virtio', 'scsi', 'sata', 'ide', 'usb', 'xen']).optional(),
  format: z.enum(['qcow2', 'raw', 'vmdk']).optional(),
});
export type VirtDisk = z.infer<typeof VirtDisk>;

/** What a guest is made of; the names are virt-install's where it has one (virt-install(1)). */
export const Virt = z.strictObject({
  type: z.enum(['auto', 'kvm', 'qemu', 'xen-pv', 'xen-hvm', 'lxc']).optional(),
  cpus: z.int().positive().optional(),
  memoryMiB: z.int().positive().optional(),
  disks: z.array(VirtDisk).optional(),
  /** Bridge of the host; or else `network`, one of libvirt's networks. */
  bridge: z.string().optional(),
  network: z.string().optional(),
  nicModel: z.string().optional(),
  /** Machine type, as in `q35`. */
  machine: z.string().optional(),
  firmware: z.enum(['bios', 'uefi', 'uefi-secure']).optional(),
  graphics: z.enum(['none', 'vnc', 'spice']).optional(),
  cpuModel: z.string().optional(),
  autostart: z.boolean().optional(),
  /** How the guest gets its OS; default: by the distro's kernel and initrd. */
  install: z.enum(['kernel', 'pxe', 'iso', 'import', 'clone']).optional(),
  /** Id or name of the image that `iso`, `import` and `clone` are about. */
  image: z.string().optional(),
  /** libosinfo's short id, as in `debian12`. */
  osVariant: z.string().optional(),
});
export type Virt = z.infer<typeof Virt>;
