import {
  type GuestSpec,
  type Options,
  type Plan,
  ResoleError,
  type Virt,
  type VirtDisk,
  type VirtHost,
} from '@resole/protocol';
import { BASE } from '../intent.ts';

/** Who the guest is, decided before it is planned. */
export interface GuestIdentity {
  name: string;
  uuid: string;
  mac: string;
}

/** The first disk as a plan names it. */
type ErasedDisk = Omit<Plan['erases'][number], 'contents'>;

const GiB = 1024 ** 3;

/** What is taken where neither profile nor operator says anything: enough for a small server. */
const usual = { cpus: 2, memoryMiB: 2048, diskGiB: 10, pool: 'default' } as const;

/** A disk's serial number: 20 characters at most (virtio-blk), the same for the same guest. */
const serialOf = (uuid: string, index: number): string =>
  `${uuid.replaceAll('-', '').slice(0, 17)}-${index}`.toUpperCase();

const typeOf = (virt: Virt, host: VirtHost): GuestSpec['type'] => {
  if (virt.type !== undefined && virt.type !== 'auto') return virt.type;
  return (['kvm', 'qemu', 'xen-hvm'] as const).find((type) => host.types.includes(type)) ?? 'qemu';
};

/** Where guests get their network where nobody says: a bridge of the host, else libvirt's own. */
const sourceOf = ({ bridge, network }: Virt): { bridge: string } | { network: string } => {
  if (bridge !== undefined && network !== undefined) {
    throw new ResoleError('invalid-input', 'a guest has a bridge or a network, not both', {
      details: [{ field: 'virt', problem: 'has both', value: { bridge, network } }],
      remedy:
        'say one of --bridge and --network; where a profile or a system says both, take one away: ' +
        '`resole profile edit PROFILE --unset virt.network`',
    });
  }
  return bridge === undefined ? { network: network ?? 'default' } : { bridge };
};

const disksOf = ({ disks = [{}] }: Virt) => disks;

const bytesOf = ({ sizeGiB = usual.diskGiB }: VirtDisk): number => Math.round(sizeGiB * GiB);

/** The disk that a guest's installer takes, as the installer finds it; a guest may have none. */
export const guestDisk = (uuid: string, virt: Virt = {}): ErasedDisk | undefined => {
  const [disk] = disksOf(virt);
  return disk && { id: `serial:${serialOf(uuid, 0)}`, name: 'vda', size: bytesOf(disk) };
};

const installOf = (virt: Virt, commandLine: string | undefined): GuestSpec['install'] => {
  const by = virt.install ?? 'kernel';
  if (by === 'clone') return { by, seedUrl: `${BASE}/answer-file/` };
  return by === 'kernel' ? { by, commandLine: commandLine ?? '' } : { by };
};

/**
 * The guest, complete: the profile's word, then the usual. Pure.
 * @param commandLine The installer kernel's, where one is booted.
 */
export const guestSpec = (
  identity: GuestIdentity,
  { virt = {} }: Pick<Options, 'virt'>,
  host: VirtHost,
  commandLine: string | undefined,
): GuestSpec => {
  const { cpuModel, machine, osVariant } = virt;
  const type = typeOf(virt, host);
  return {
    ...identity,
    type,
    cpus: virt.cpus ?? usual.cpus,
    memoryMiB: virt.memoryMiB ?? usual.memoryMiB,
    disks: disksOf(virt).map((disk, index) => ({
      pool: disk.pool ?? usual.pool,
      bytes: bytesOf(disk),
      format: disk.format ?? 'qcow2',
      bus: disk.bus ?? (type.startsWith('xen') ? 'xen' : 'virtio'),
      serial: serialOf(identity.uuid, index),
    })),
    nic: {
      mac: identity.mac,
      model: virt.nicModel ?? (type.startsWith('xen') ? 'netfront' : 'virtio'),
      ...sourceOf(virt),
    },
    ...(machine === undefined ? {} : { machine }),
    firmware: virt.firmware ?? 'bios',
    graphics: virt.graphics ?? 'none',
    ...(cpuModel === undefined ? {} : { cpuModel }),
    autostart: virt.autostart ?? true,
    ...(osVariant === undefined ? {} : { osVariant }),
    install: installOf(virt, commandLine),
  };
};
