import {
  type Distro,
  type Image,
  type Options,
  type Plan,
  type Profile,
  type Repo,
  ResoleError,
  roomProblems,
  type Step,
  type System,
  type VirtHost,
} from '@resole/protocol';
import { alterations } from '../alterations.ts';
import { checkDiskSize, known } from '../checks.ts';
import { deadlinesOf, families } from '../families.ts';
import { BASE } from '../intent.ts';
import { installerOf } from './installer.ts';
import { guestNetwork, requireDhcp } from './network.ts';
import { type GuestIdentity, guestDisk, guestSpec } from './spec.ts';

/** Everything that a guest's plan is made of. */
export interface VirtIntent {
  /** The guest's own system, which need not be stored yet. */
  system: System;
  identity: GuestIdentity;
  host: Pick<System, 'id' | 'name'>;
  /** What the host's agent told of it. */
  virtHost: VirtHost;
  profile: Profile;
  distro: Distro;
  options: Options;
  repos?: Repo[];
  /** What `iso`, `import` and `clone` are about. */
  image?: Image;
  templates: Record<string, string>;
  /** The guest is there and is made anew. */
  recreate: boolean;
  reach?: 'ipv4' | 'ipv6';
}

const byFirmware = {
  method: 'pxe',
  methodReason: "by network boot: Resole gives the guest's firmware its installer",
} as const;

/**
 * Plans a guest: what its host fetches, makes and starts. Pure and deterministic.
 * @throws ResoleError with the reason, where the profile can't become a guest.
 */
export const planVirtCreate = (intent: VirtIntent): Plan => {
  const { system, identity, host, profile, distro, options, recreate } = intent;
  const by = options.virt?.install ?? 'kernel';
  const network = guestNetwork(system, identity.mac, options);
  if (by === 'clone') requireDhcp(network);
  const installer = installerOf(intent, network);
  const guest = guestSpec(identity, options, intent.virtHost, installer?.commandLine);
  const missing = roomProblems(guest, intent.virtHost);
  const steps: Step[] = [
    { step: 'check-virt-host', args: { guest, replace: recreate } },
    ...fetches(intent, by),
    ...(recreate ? [{ step: 'remove-guest', args: { uuid: guest.uuid } } as const] : []),
    { step: 'create-guest', args: { guest } },
    { step: 'hand-over', args: { action: 'start-guest', force: false } },
  ];
  const disk = guestDisk(guest.uuid, options.virt);
  if (disk === undefined && (installer !== undefined || by !== 'pxe')) throw noDisk(by);
  if (installer !== undefined && disk !== undefined) checkDiskSize(distro, disk);
  return {
    kind: 'virt-create',
    system: { id: system.id, name: system.name },
    host: { id: host.id, name: host.name },
    profile: { id: profile.id, name: profile.name },
    distro: { id: distro.id, name: distro.name },
    ...(intent.image === undefined || by === 'kernel' || by === 'pxe'
      ? {}
      : { image: { id: intent.image.id, name: intent.image.name } }),
    guest,
    ...(installer?.by === 'firmware' ? byFirmware : {}),
    steps,
    pointOfNoReturn: recreate
      ? steps.findIndex(({ step }) => step === 'remove-guest')
      : steps.length - 1,
    alterations: alterations['virt-create'](installer !== undefined),
    erases: disk
      ? [{ ...disk, contents: recreate ? ['everything that the guest has now'] : [] }]
      : [],
    network,
    ...(installer === undefined ? {} : { commandLine: installer.commandLine }),
    deadlines: deadlinesOf(options, families[distro.family]),
    warnings: missing.map(({ problem }) => `${host.name} lacks: ${problem}`),
  };
};

const noDisk = (by: string): ResoleError =>
  new ResoleError('invalid-input', `a guest by ${by} needs a disk`, {
    details: [{ field: 'virt.disks', problem: 'is empty' }],
    remedy: 'give it one: --disk 20',
  });

const fetches = (intent: VirtIntent, by: string): Step[] => {
  const { distro, image } = intent;
  const fetch = (
    name: 'kernel' | 'initrd' | 'image',
    { size, sha256 }: { size: number; sha256: string },
  ): Step => ({
    step: 'fetch-file',
    args: { name, url: `${BASE}/${name}`, size, sha256, destination: 'staging' },
  });
  if (by === 'pxe') return [];
  if (by === 'kernel') {
    return [
      fetch('kernel', known(distro.kernel, 'kernel', distro.name)),
      fetch('initrd', known(distro.initrd, 'initrd', distro.name)),
    ];
  }
  if (image === undefined) {
    throw new ResoleError('invalid-input', `a guest by ${by} needs an image`, {
      details: [{ field: 'virt.image', problem: 'is missing' }],
      remedy: 'see which there are: resole image list; then --image IMAGE',
    });
  }
  // What QEMU reads as it is; an archive or a compressed disk would be a disk full of nonsense.
  const fitting = by === 'iso' ? ['iso'] : ['raw', 'qcow2', 'vmdk'];
  if (!fitting.includes(image.format)) {
    throw new ResoleError('invalid-input', `a guest by ${by} can't start from ${image.name}`, {
      details: [
        { field: 'virt.image', problem: `is ${image.format}, not ${fitting.join(' or ')}` },
      ],
      remedy: 'choose another image, or unpack it and add that: resole image add',
    });
  }
  return [fetch('image', known(image.file, 'image', image.name))];
};
