/** Virtual guests, as a host's agent is told to make them and tells of them. */
import { z } from 'zod';
import { Virt, VirtDisk } from './inventory/virt.ts';
import { Bytes, Mac } from './primitives.ts';

/** Name of a libvirt domain that is safe in file names and on command lines. */
export const GuestName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

/** What a guest is made of, complete: nothing is left to virt-install to choose. */
export const GuestSpec = z.object({
  name: GuestName,
  uuid: z.uuid(),
  type: Virt.shape.type.unwrap(),
  cpus: z.int().positive(),
  memoryMiB: z.int().positive(),
  disks: z.array(
    z.object({
      pool: z.string(),
      bytes: Bytes,
      format: VirtDisk.shape.format.unwrap(),
      bus: VirtDisk.shape.bus.unwrap(),
      /** By which the installer finds it again. */
      serial: z.string(),
    }),
  ),
  nic: z.object({
    mac: Mac,
    model: z.string(),
    /** A bridge of the host, or one of libvirt's networks. */
    bridge: z.string().optional(),
    network: z.string().optional(),
  }),
  machine: z.string().optional(),
  firmware: Virt.shape.firmware.unwrap(),
  graphics: Virt.shape.graphics.unwrap(),
  cpuModel: z.string().optional(),
  autostart: z.boolean(),
  osVariant: z.string().optional(),
  /** How it gets its OS; `commandLine` is the installer kernel's. */
  install: z.discriminatedUnion('by', [
    z.object({ by: z.literal('kernel'), commandLine: z.string() }),
    z.object({ by: z.literal('pxe') }),
    z.object({ by: z.literal('iso') }),
    /** The image becomes the first disk and is booted as it is. */
    z.object({ by: z.literal('import') }),
    /** The same, and cloud-init is told by SMBIOS where its seed is (its NoCloud data source). */
    z.object({ by: z.literal('clone'), seedUrl: z.string() }),
  ]),
});
export type GuestSpec = z.infer<typeof GuestSpec>;

/** What can be done with a guest that is there; `list` is about all of a host. */
export const GuestAction = z.enum([
  'list',
  'start',
  'shutdown',
  'destroy',
  'reset',
  'undefine',
  'console-log',
]);
export type GuestAction = z.infer<typeof GuestAction>;

/** A guest as its host sees it. */
export const Guest = z.object({
  name: z.string(),
  uuid: z.string(),
  /** libvirt's word: `running`, `shut off`, … */
  state: z.string(),
  macs: z.array(z.string()),
  memoryMiB: z.int(),
  cpus: z.int(),
  autostart: z.boolean(),
});
export type Guest = z.infer<typeof Guest>;

/** What a machine can give to guests; absent in facts where libvirt doesn't answer. */
export const VirtHost = z.object({
  /** Types that it can run, those of `GuestSpec`: `kvm` only with the hardware's help. */
  types: z.array(z.string()),
  cpus: z.int(),
  /** What is left when every guest that runs takes all it may. */
  memoryFreeMiB: z.int(),
  /** What is left when every guest has filled its disks. */
  pools: z.array(z.object({ name: z.string(), availableBytes: Bytes })),
  networks: z.array(z.string()),
  bridges: z.array(z.string()),
  guests: z.array(z.string()),
  /** What each guest holds, by UUID; its disks in bytes by pool. Free again where it is made anew. */
  held: z
    .record(z.string(), z.object({ memoryMiB: z.int(), disks: z.record(z.string(), Bytes) }))
    .optional(),
});
export type VirtHost = z.infer<typeof VirtHost>;
