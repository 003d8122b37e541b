import type { Disk, Plan, Step } from '@resole/protocol';
import {
  checkMachine,
  checkSpace,
  checkStartable,
  known,
  liveNetwork,
  targetDisk,
} from './checks.ts';
import { commandLineOf } from './command-line.ts';
import { deadlinesOf, families } from './families.ts';
import { formatBytes } from './format.ts';
import { BASE, type ReinstallIntent } from './intent.ts';
import { type Arming, chooseArming } from './method.ts';
import { networkArguments, networkWarnings } from './network/index.ts';
import { stallHelp } from './power.ts';

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
  const kernel = known(distro.kernel, 'kernel', distro.name);
  const initrd = known(distro.initrd, 'initrd', distro.name);
  const disk = targetDisk(intent);
  const network = liveNetwork(facts);
  const arming = chooseArming(facts, intent.method);
  const bytes = kernel.size + initrd.size + SPARE_BYTES;
  checkSpace(arming.destination, arming.freeBytes, bytes);
  const commandLine = kernelCommandLine(intent);

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
      { action, driver: 'agent', when: 'at the hand-over, into the installer' },
      {
        action: 'reboot',
        driver: 'installer',
        when: 'when the installation is done, into the new OS',
      },
      ...help.alterations,
    ],
    erases: [{ id: disk.id, name: disk.name, size: disk.size, contents: contentsOf(disk) }],
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

/** The kernel arguments with the network that the machine has now. */
const kernelCommandLine = (intent: ReinstallIntent): string => {
  const { distro, system, facts } = intent;
  const syntax = families[distro.family].network;
  const hostname = system.hostname ?? system.name;
  return commandLineOf(
    intent,
    syntax ? networkArguments(syntax, liveNetwork(facts), hostname, intent.reach) : [],
  );
};

const contentsOf = (disk: Disk): string[] =>
  disk.partitions.map((part) =>
    [
      `${part.name}, ${formatBytes(part.size)}`,
      part.filesystem,
      part.label && `"${part.label}"`,
      part.mountPoints.length > 0 && `mounted on ${part.mountPoints.join(', ')}`,
    ]
      .filter(Boolean)
      .join(', '),
  );

const warningsOf = ({ distro, options, facts, system, reach }: ReinstallIntent): string[] => [
  ...(facts.network ? networkWarnings(facts.network, reach) : []),
  ...((options.authorizedKeys ?? []).length === 0
    ? ['no authorizedKeys: nobody can log in to the new OS by SSH; its agent is the only way in']
    : []),
  ...(distro.osRelease
    ? []
    : [`distro ${distro.name} has no osRelease: any OS that returns will be believed`]),
  ...(facts.disks.length > 1 && !system.disk
    ? ['the machine has several disks: the one that carries the running OS is taken']
    : []),
];
