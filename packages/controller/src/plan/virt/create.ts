import {
  type Distro,
  type Image,
  type Network,
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
import { checkImageSigned, known } from '../checks.ts';
import { commandLineOf } from '../command-line.ts';
import { deadlinesOf, families } from '../families.ts';
import { BASE } from '../intent.ts';
import { networkArguments } from '../network/index.ts';
import { type GuestIdentity, guestSpec } from './spec.ts';

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

/** What the installer is told of its network: DHCP, or the static addresses of the primary interface. */
const networkOf = ({ system, identity, options }: VirtIntent): Network => {
  const interfaces = Object.entries(system.interfaces ?? {});
  const [name, own] =
    interfaces.find(([, each]) => each.mac === identity.mac) ??
    interfaces.find(([, each]) => each.primary) ??
    [];
  const addresses = (list: readonly string[] = []) =>
    list.map((cidr) => {
      const [address = '', prefix] = cidr.split('/');
      return { address, prefix: Number(prefix) };
    });
  const { ipv4, ipv6 } = own ?? {};
  return {
    mac: identity.mac,
    interface: name ?? 'eth0',
    ipv4: {
      method: ipv4?.method ?? (ipv6 === undefined ? 'dhcp' : 'none'),
      addresses: addresses(ipv4?.addresses),
      ...(ipv4?.gateway === undefined ? {} : { gateway: ipv4.gateway }),
    },
    ipv6: {
      method: ipv6?.method ?? 'none',
      addresses: addresses(ipv6?.addresses),
      ...(ipv6?.gateway === undefined ? {} : { gateway: ipv6.gateway }),
    },
    dns: options.nameServers ?? [],
    search: options.searchDomains ?? [],
  };
};

/** cloud-init fetches its seed over the network; what the seed says of the network comes too late. */
const requireDhcp = ({ ipv4, ipv6 }: Network): void => {
  if (ipv4.method !== 'static' && ipv6.method !== 'static') return;
  throw new ResoleError('invalid-input', 'a clone gets its network by DHCP', {
    details: [{ field: 'interfaces', problem: 'has a static address' }],
    remedy: 'let the DHCP server give it that address, or install it another way: --install kernel',
  });
};

/**
 * Plans a guest: what its host fetches, makes and starts. Pure and deterministic.
 * @throws ResoleError with the reason, where the profile can't become a guest.
 */
export const planVirtCreate = (intent: VirtIntent): Plan => {
  const { system, identity, host, profile, distro, options, recreate } = intent;
  const traits = families[distro.family];
  const by = options.virt?.install ?? 'kernel';
  const network = networkOf(intent);
  if (by === 'clone') requireDhcp(network);
  if (by === 'kernel') checkImageSigned(distro, options.virt?.firmware === 'uefi-secure');
  const hostname = system.hostname ?? system.name;
  const commandLine =
    by === 'kernel'
      ? commandLineOf(
          { ...intent, options },
          traits.network ? networkArguments(traits.network, network, hostname, intent.reach) : [],
        )
      : undefined;
  const guest = guestSpec(identity, options, intent.virtHost, commandLine);
  const missing = roomProblems(guest, intent.virtHost);
  const steps: Step[] = [
    { step: 'check-virt-host', args: { guest, replace: recreate } },
    ...fetches(intent, by),
    ...(recreate ? [{ step: 'remove-guest', args: { uuid: guest.uuid } } as const] : []),
    { step: 'create-guest', args: { guest } },
    { step: 'hand-over', args: { action: 'start-guest', force: false } },
  ];
  const [disk] = guest.disks;
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
    steps,
    pointOfNoReturn: recreate
      ? steps.findIndex(({ step }) => step === 'remove-guest')
      : steps.length - 1,
    alterations: alterations['virt-create'](by === 'kernel'),
    erases: disk
      ? [
          {
            id: `serial:${disk.serial}`,
            name: 'vda',
            size: disk.bytes,
            contents: recreate ? ['everything that the guest has now'] : [],
          },
        ]
      : [],
    network,
    ...(commandLine === undefined ? {} : { commandLine }),
    deadlines: deadlinesOf(options, traits),
    warnings: missing.map(({ problem }) => `${host.name} lacks: ${problem}`),
  };
};

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
      remedy: 'see which there are: resole image list; then --virt-image IMAGE',
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
