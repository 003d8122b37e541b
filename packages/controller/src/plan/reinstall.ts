import type { Facts, Plan, Starter, Step } from '@resole/protocol';
import { alterations } from './alterations.ts';
import {
  checkDiskSize,
  checkImageSigned,
  checkMachine,
  checkSpace,
  checkStartable,
  known,
  liveNetwork,
  targetDisk,
} from './checks.ts';
import { checkFilled, kernelCommandLine } from './command-line.ts';
import { erasedDisk } from './erases.ts';
import { deadlinesOf, families } from './families.ts';
import { BASE, type ReinstallIntent } from './intent.ts';
import { type Arming, chooseArming } from './method.ts';
import { networkWarnings } from './network/index.ts';
import { lostAddresses } from './network/lost.ts';
import { stallHelp } from './power.ts';
import { hardSwitch } from './switch.ts';
import { commonWarnings } from './warnings.ts';

/** Room beyond the files themselves: folders, and a file system never filled to its brim. */
const SPARE_BYTES = 4 * 1024 * 1024;

/**
 * Plans a reinstall: every step, every power alteration, what is lost, and when it is too late to
 * turn back. Pure and deterministic.
 * @throws ResoleError with the reason, where the machine can't be reinstalled like this.
 */
export const planReinstall = (intent: ReinstallIntent): Plan => {
  const { system, profile, distro, facts, options } = intent;
  const traits = families[distro.family];
  const minMemoryMiB = options.minMemoryMiB ?? traits.minMemoryMiB;
  checkStartable(distro, traits);
  checkMachine(intent, minMemoryMiB);
  checkImageSigned(distro, facts.secureBoot);
  const kernel = known(distro.kernel, 'kernel', distro.name);
  const initrd = known(distro.initrd, 'initrd', distro.name);
  const disk = targetDisk(intent);
  checkDiskSize(distro, disk);
  const network = liveNetwork(facts);
  const arming = chooseArming(facts, intent.method);
  const bytes = kernel.size + initrd.size + SPARE_BYTES;
  checkSpace(arming.destination, arming.freeBytes, bytes);
  if (arming.espFreeBytes !== undefined) checkSpace('boot', arming.espFreeBytes, bytes);
  const commandLine = kernelCommandLine(intent, network);
  checkFilled(commandLine, intent.baseLength, starterOf(arming, facts));

  const fetch = (name: 'kernel' | 'initrd', file: typeof kernel): Step => ({
    step: 'fetch-file',
    args: {
      name,
      url: `${BASE}/${name}`,
      size: file.size,
      sha256: file.sha256,
      destination: arming.destination,
    },
  });
  const action = arming.method === 'kexec' ? 'kexec' : 'reboot';
  const help = stallHelp(system, facts, options);
  const steps: Step[] = [
    {
      step: 'check-host',
      args: {
        arch: distro.arch,
        ...(facts.machineUuid === undefined ? {} : { machineUuid: facts.machineUuid }),
        bootMode: facts.bootMode,
        minMemoryBytes: minMemoryMiB * 1024 * 1024,
        disk: { id: disk.id, size: disk.size },
        network,
        space: { destination: arming.destination, bytes },
        secureBoot: facts.secureBoot,
      },
    },
    fetch('kernel', kernel),
    fetch('initrd', initrd),
    armStep(arming, commandLine, facts.secureBoot),
    { step: 'hand-over', args: { action, force: false } },
  ];
  return {
    kind: 'reinstall',
    system: { id: system.id, name: system.name },
    profile: { id: profile.id, name: profile.name },
    distro: { id: distro.id, name: distro.name },
    method: arming.method,
    methodReason: arming.reason,
    steps,
    pointOfNoReturn: steps.length - 1,
    alterations: [
      ...alterations['reinstall by agent'](action, hardSwitch(system, facts)),
      ...help.alterations,
    ],
    erases: [erasedDisk(disk)],
    network,
    commandLine,
    deadlines: deadlinesOf(options, traits),
    warnings: [...warningsOf(intent), ...help.warnings],
  };
};

const armStep = (arming: Arming, commandLine: string, secureBoot: boolean): Step =>
  arming.step === 'arm-kexec'
    ? { step: 'arm-kexec', args: { commandLine, secureBoot } }
    : { step: arming.step, args: { commandLine } };

const starterOf = ({ step }: Arming, { bootLoader }: Facts): Starter => {
  if (step === 'arm-efi') return 'efi';
  if (step !== 'arm-grub' || bootLoader.kind !== 'grub') return 'kernel';
  return bootLoader.sourcesCustom ? 'grub' : 'bls';
};

const warningsOf = ({ distro, options, facts, system, reach }: ReinstallIntent): string[] => [
  ...(facts.network ? networkWarnings(facts.network, reach) : []),
  ...lostAddresses(system, facts),
  ...commonWarnings({ distro, options }),
  ...(facts.disks.length > 1 && !system.disk
    ? ['the machine has several disks: the one that carries the running OS is taken']
    : []),
];
