import {
  type Artefact,
  type Disk,
  type Distro,
  type Facts,
  type Network,
  ResoleError,
} from '@resole/protocol';
import type { FamilyTraits } from './families.ts';
import { formatBytes } from './format.ts';
import type { ReinstallIntent } from './intent.ts';

const MiB = 1024 * 1024;

/** A file whose size and checksum are known: nothing else may be handed to a machine. */
export interface KnownArtefact {
  path: string;
  size: number;
  sha256: string;
}

/** @throws ResoleError `artefact-missing` */
export const known = (
  artefact: Artefact | undefined,
  what: 'kernel' | 'initrd' | 'image',
  distro: string,
): KnownArtefact => {
  if (artefact === undefined) {
    throw new ResoleError('artefact-missing', `distro ${distro} has no ${what}`, {
      remedy: `run \`resole distro edit ${distro} --${what} FILE\` on the controller`,
    });
  }
  const { path, size, sha256 } = artefact;
  if (size === undefined || sha256 === undefined) {
    throw new ResoleError(
      'artefact-missing',
      `the ${what} of distro ${distro} has no size and SHA-256`,
      {
        remedy: `run \`resole distro edit ${distro} --${what} ${path}\` on the controller`,
      },
    );
  }
  return { path, size, sha256 };
};

/**
 * A running OS can hand over to a Linux kernel and to nothing else.
 * @throws ResoleError `start-unsupported`
 */
export const checkStartable = (distro: Distro, traits: FamilyTraits): void => {
  if (traits.startedBy === undefined) return;
  throw new ResoleError(
    'start-unsupported',
    `the installer of ${distro.name} (${distro.family}) can't be started from the running OS`,
    {
      remedy:
        traits.answerFile === undefined
          ? `start it ${traits.startedBy}`
          : `start it yourself, ${traits.startedBy}: --method manual makes its answer file and waits for it`,
    },
  );
};

/**
 * An image brings the bootloader and the kernel of the new OS: unsigned ones would leave a machine
 * with Secure Boot out of reach. The other families' installers install signed ones.
 * @param secureBoot Whether the machine's firmware starts nothing else.
 * @throws ResoleError `secure-boot-unsigned`
 */
export const checkImageSigned = (distro: Distro, secureBoot: boolean): void => {
  if (!secureBoot || distro.family !== 'image' || distro.image?.secureBoot) return;
  throw new ResoleError(
    'secure-boot-unsigned',
    `Secure Boot is on, and the image of distro ${distro.name} is not known to boot under it`,
    {
      remedy:
        'build it anew with `resole distro build image`; or, if its bootloader and kernel are ' +
        `signed, say so: \`resole distro edit ${distro.name} --image-secure-boot\``,
    },
  );
};

/** The disk that will be erased: the system's own choice, else the one that carries the running OS. */
export const targetDisk = (intent: Pick<ReinstallIntent, 'facts' | 'system'>): Disk => {
  const { facts, system } = intent;
  const found = system.disk
    ? facts.disks.filter((disk) => disk.id === system.disk)
    : facts.disks.filter((disk) => disk.system);
  const [disk, other] = found;
  if (disk && !other) return disk;
  const what = system.disk
    ? `disk ${system.disk} of ${system.name}`
    : `the system disk of ${system.name}`;
  throw new ResoleError('disk-unknown', `${what} is ${disk ? 'not unique' : 'not there'}`, {
    remedy: `set it with \`resole system edit ${system.name} --disk ID\`; the machine has ${
      facts.disks
        .map((each) => `${each.id} (${each.name}, ${formatBytes(each.size)})`)
        .join(', ') || 'none'
    }`,
  });
};

/**
 * The installer of the image family looks again (`check_disk_size` in its templates), by the same rule: an archive
 * needs room for its file systems and boot partitions, too.
 * @param size of the disk; 0 where nobody has seen it.
 * @throws ResoleError `disk-too-small`
 */
export const checkDiskSize = (distro: Distro, { id, size }: Pick<Disk, 'id' | 'size'>): void => {
  const { image } = distro;
  if (distro.family !== 'image' || image === undefined || size === 0) return;
  const unpacked = image.unpackedSize;
  const fits = image.format.startsWith('tar.')
    ? unpacked + Math.floor(unpacked / 10) + 300_000_000 < size
    : unpacked <= size;
  if (fits) return;
  throw new ResoleError(
    'disk-too-small',
    `distro ${distro.name} is ${formatBytes(unpacked)} unpacked, disk ${id} has ${formatBytes(size)}`,
    { remedy: 'choose a larger disk, or build a smaller image' },
  );
};

/** The network that the installer will have. */
export const liveNetwork = (facts: Facts): Network => {
  if (facts.network) return facts.network;
  throw new ResoleError('network-missing', `${facts.hostname} has no default route`, {
    remedy: 'the installer needs a network: give the machine a default route first',
  });
};

/**
 * What can be refused from the facts alone, before anything is asked of the machine.
 * @throws ResoleError `arch-mismatch`, `boot-mode-mismatch`, `memory-too-small`
 */
export const checkMachine = (
  intent: Pick<ReinstallIntent, 'distro' | 'facts' | 'system'>,
  minMemoryMiB: number,
): void => {
  const { distro, facts, system } = intent;
  if (distro.arch !== facts.arch) {
    throw new ResoleError(
      'arch-mismatch',
      `distro ${distro.name} is for ${distro.arch}, ${system.name} is ${facts.arch}`,
      {
        remedy: 'choose a profile for the architecture of the machine',
      },
    );
  }
  if (system.bootMode && system.bootMode !== facts.bootMode) {
    throw new ResoleError(
      'boot-mode-mismatch',
      `${system.name} is to boot by ${system.bootMode}, but runs by ${facts.bootMode}`,
      {
        remedy: `run \`resole system edit ${system.name} --boot-mode ${facts.bootMode}\``,
      },
    );
  }
  if (facts.memoryBytes < minMemoryMiB * MiB) {
    throw new ResoleError(
      'memory-too-small',
      `the installer of ${distro.name} needs ${minMemoryMiB} MiB of memory, ${system.name} has ${Math.floor(facts.memoryBytes / MiB)} MiB`,
      { remedy: 'choose a smaller installer, or set minMemoryMiB if you know better' },
    );
  }
};

/** @throws ResoleError `staging-space-too-small`, `boot-space-too-small` */
export const checkSpace = (destination: 'staging' | 'boot', free: number, needed: number): void => {
  if (free >= needed) return;
  const code = destination === 'boot' ? 'boot-space-too-small' : 'staging-space-too-small';
  const where =
    destination === 'boot' ? "the bootloader's file system" : "the agent's state folder";
  throw new ResoleError(
    code,
    `kernel and initrd need ${formatBytes(needed)}, ${where} has ${formatBytes(free)} free`,
    {
      remedy:
        destination === 'boot'
          ? 'remove old kernels there, or use --method kexec'
          : 'make room there',
    },
  );
};
