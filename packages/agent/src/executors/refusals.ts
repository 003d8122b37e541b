/** Why a machine can't do a job: every reason that shows before anything is changed. Pure. */

import { isDeepStrictEqual } from 'node:util';
import {
  type Facts,
  grubRefusals,
  type Network,
  ResoleError,
  type Step,
  type StepArguments,
} from '@resole/protocol';

type Assumed = StepArguments<'check-host'>;

/**
 * Compares what the plan was made for with the machine as it is.
 * @param already bytes of the job's files that are there from an earlier try.
 * @returns all reasons to refuse, the gravest first; none where the job may go on.
 */
export function refusals(
  assumed: Assumed,
  facts: Facts,
  steps: readonly Step[],
  already = 0,
): ResoleError[] {
  return [
    ...sameMachine(assumed, facts),
    ...sameDisk(assumed, facts),
    ...sameNetwork(assumed.network, facts.network),
    ...enoughRoom(assumed, facts, already),
    ...steps.flatMap((step) => canArm(step, assumed, facts)),
  ];
}

function sameMachine(assumed: Assumed, facts: Facts): ResoleError[] {
  const found: ResoleError[] = [];
  if (assumed.machineUuid !== undefined && assumed.machineUuid !== facts.machineUuid) {
    found.push(
      new ResoleError(
        'machine-mismatch',
        `this is machine ${facts.machineUuid ?? 'without UUID'}, not ${assumed.machineUuid}`,
        { remedy: 'the inventory names another machine: correct the system, or enrol again' },
      ),
    );
  }
  if (assumed.arch !== facts.arch) {
    found.push(
      new ResoleError('arch-mismatch', `the distro is for ${assumed.arch}, not ${facts.arch}`),
    );
  }
  if (assumed.bootMode !== facts.bootMode) {
    found.push(
      new ResoleError(
        'boot-mode-mismatch',
        `the machine was started by ${facts.bootMode}, the plan is for ${assumed.bootMode}`,
        { remedy: 'plan the job again' },
      ),
    );
  }
  if (assumed.secureBoot !== facts.secureBoot) {
    const now = facts.secureBoot ? 'on' : 'off';
    found.push(
      new ResoleError('secure-boot-changed', `Secure Boot is ${now}, which the plan is not for`, {
        remedy: 'plan the job again',
      }),
    );
  }
  if (facts.memoryBytes < assumed.minMemoryBytes) {
    found.push(
      new ResoleError(
        'memory-too-small',
        `the installer needs ${size(assumed.minMemoryBytes)} of memory, the machine has ` +
          size(facts.memoryBytes),
      ),
    );
  }
  return found;
}

function sameDisk({ disk }: Assumed, facts: Facts): ResoleError[] {
  const known = facts.disks.map((each) => `${each.id} (${each.size} bytes)`).join(', ');
  const same = facts.disks.filter((each) => each.id === disk.id);
  if (same.length === 1 && same[0]?.size === disk.size) return [];
  const problem =
    same.length > 1
      ? `${same.length} disks are called ${disk.id}`
      : same.length === 1
        ? `disk ${disk.id} has ${same[0]?.size} bytes, not ${disk.size}`
        : `there is no disk ${disk.id}`;
  return [new ResoleError('disk-unknown', problem, { remedy: `disks here: ${known || 'none'}` })];
}

/** What of a network an installer is told: of leased addresses only that they are leased. */
function told(network: Network | undefined) {
  if (network === undefined) return {};
  const { mac, vlan, ipv4, ipv6, dns, search } = network;
  const family = (one: Network['ipv4']) => (one.method === 'static' ? one : { method: one.method });
  const isStatic = ipv4.method === 'static' || ipv6.method === 'static';
  return { mac, vlan, ipv4: family(ipv4), ipv6: family(ipv6), ...(isStatic && { dns, search }) };
}

function sameNetwork(assumed: Network, live: Network | undefined): ResoleError[] {
  const wanted = Object.entries(told(assumed));
  const found = new Map<string, unknown>(Object.entries(told(live)));
  const details = wanted
    .filter(([field, value]) => !isDeepStrictEqual(value, found.get(field)))
    .map(([field, value]) => ({
      field: `network.${field}`,
      problem: `is ${JSON.stringify(found.get(field))}, was ${JSON.stringify(value)}`,
    }));
  if (details.length === 0) return [];
  return [
    new ResoleError('network-changed', "the machine's network is not what the plan is for", {
      details,
      remedy: 'plan the job again',
    }),
  ];
}

function enoughRoom({ space }: Assumed, facts: Facts, already: number): ResoleError[] {
  const { boot } = facts.bootLoader;
  const inBoot = space.destination === 'boot';
  const free = (inBoot ? (boot?.freeBytes ?? 0) : facts.stagingFreeBytes) + already;
  if (free >= space.bytes) return [];
  const where = inBoot ? (boot?.directory ?? 'the boot file system') : "the agent's state folder";
  return [
    new ResoleError(
      inBoot ? 'boot-space-too-small' : 'staging-space-too-small',
      `${where} has ${size(free)} free, the job needs ${size(space.bytes)}`,
      { remedy: inBoot ? 'remove old kernels, or use --method kexec' : 'make room there' },
    ),
  ];
}

/** What was staged elsewhere is copied to the EFI system partition when the boot is set. */
function roomOnEsp({ space }: Assumed, { esp }: Facts): ResoleError[] {
  if (esp === undefined) {
    const remedy = 'mount it at /boot/efi, or use --method kexec';
    return [
      new ResoleError('boot-filesystem-missing', 'no EFI system partition is mounted', { remedy }),
    ];
  }
  if (esp.freeBytes >= space.bytes) return [];
  return [
    new ResoleError(
      'boot-space-too-small',
      `${esp.directory} has ${size(esp.freeBytes)} free, the job needs ${size(space.bytes)}`,
      { remedy: 'make room there, or use --method kexec' },
    ),
  ];
}

/** Whether the step that sets the boot will find what it needs. */
function canArm(step: Step, assumed: Assumed, facts: Facts): ResoleError[] {
  switch (step.step) {
    case 'arm-kexec': {
      const { available, fileLoad } = facts.kexec;
      if (available && (fileLoad || !assumed.secureBoot)) return [];
      const problem = available
        ? 'with Secure Boot, kexec needs kexec_file_load, which this kernel lacks'
        : 'kexec is not available: no kexec-tools, or a kernel without it';
      const remedy = 'install kexec-tools, or use --method boot-once';
      return [new ResoleError('kexec-missing', problem, { remedy })];
    }
    case 'arm-grub':
      return grubRefusals(facts.bootLoader);
    case 'arm-systemd-boot':
      return facts.bootLoader.kind === 'systemd-boot' ? [] : [otherLoader('systemd-boot', facts)];
    case 'arm-efi':
      if (facts.bootMode !== 'uefi') return [otherLoader('UEFI', facts)];
      if (facts.efibootmgr)
        return assumed.space.destination === 'boot' ? [] : roomOnEsp(assumed, facts);
      return [
        new ResoleError('program-missing', 'efibootmgr is not installed on this machine', {
          remedy: 'install efibootmgr, or use --method kexec',
        }),
      ];
    default:
      return [];
  }
}

const otherLoader = (wanted: string, facts: Facts): ResoleError =>
  new ResoleError(
    'bootloader-changed',
    `the plan needs ${wanted}; the machine has ${facts.bootMode} and ${facts.bootLoader.kind}`,
    { remedy: 'plan the job again' },
  );

const size = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;
