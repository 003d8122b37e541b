import { type Network, type Plan, ResoleError } from '@resole/protocol';
import { alterations } from './alterations.ts';
import {
  checkDiskSize,
  checkImageSigned,
  checkMachine,
  checkStartable,
  known,
  targetDisk,
} from './checks.ts';
import { checkFilled, kernelCommandLine } from './command-line.ts';
import { erasedDisk, unseenDisk } from './erases.ts';
import { deadlinesOf, families } from './families.ts';
import type { NetbootIntent } from './intent.ts';
import { checkForIpxe } from './ipxe.ts';
import { networkWarnings } from './network/index.ts';
import { inventoryNetwork } from './network/inventory.ts';
import { lostAddresses } from './network/lost.ts';
import { stallHelp } from './power.ts';
import { netbootSwitch, type RealDriver } from './switch.ts';
import { commonWarnings } from './warnings.ts';

/**
 * Plans a reinstall that needs no agent: the controller has a BMC boot the machine from the network,
 * once. What nobody has seen of the machine is taken from the inventory. Pure and deterministic.
 * @throws ResoleError with the reason, where the machine can't be reinstalled like this.
 */
export const planNetboot = (intent: NetbootIntent): Plan => {
  const { system, profile, distro, facts, options } = intent;
  const traits = families[distro.family];
  checkStartable(distro, traits);
  const driver = driverOf(intent);
  if (facts) checkMachine({ ...intent, facts }, options.minMemoryMiB ?? traits.minMemoryMiB);
  checkImageSigned(distro, facts?.secureBoot ?? false);
  known(distro.kernel, 'kernel', distro.name);
  known(distro.initrd, 'initrd', distro.name);
  const disk = diskOf(intent);
  checkDiskSize(distro, disk);
  const network = networkOf(intent);
  const commandLine = kernelCommandLine(intent, network);
  checkFilled(commandLine, intent.baseLength);
  checkForIpxe(commandLine);
  const help = stallHelp(system, facts, options);
  const bootMode = system.bootMode ?? facts?.bootMode;
  return {
    kind: 'reinstall',
    system: { id: system.id, name: system.name },
    profile: { id: profile.id, name: profile.name },
    distro: { id: distro.id, name: distro.name },
    method: 'pxe',
    methodReason: intent.reason,
    bootMode: bootMode ?? 'bios',
    // Nothing is done by an agent: what the controller orders are the alterations.
    steps: [],
    pointOfNoReturn: 0,
    alterations: [...alterations['reinstall by BMC'](driver), ...help.alterations],
    erases: [disk],
    network,
    commandLine,
    deadlines: deadlinesOf(options, traits),
    warnings: [
      ...networkWarnings(network, intent.reach),
      ...(facts ? lostAddresses(system, facts) : []),
      ...commonWarnings(intent),
      ...(bootMode === undefined
        ? [
            `BIOS is assumed: say so if it is UEFI, \`resole system edit ${system.name} --boot-mode uefi\``,
          ]
        : []),
      ...(facts?.secureBoot
        ? ['Secure Boot is on: the network boot program must be one that the firmware trusts']
        : []),
      ...help.warnings,
    ],
  };
};

const driverOf = ({ system, facts, options }: NetbootIntent): RealDriver => {
  if (options.netboot === false) {
    throw new ResoleError('netboot-off', `${system.name} is not to boot from the network`, {
      remedy: `allow it: \`resole system edit ${system.name} --netboot\`; or use its agent: --method kexec`,
    });
  }
  const driver = netbootSwitch(system, facts);
  if (driver !== undefined) return driver;
  throw new ResoleError(
    'power-not-supported',
    `nothing that is known of ${system.name} can have its firmware boot from the network`,
    {
      remedy: `configure its BMC: \`resole system edit ${system.name} --power-driver ipmi --power-address ADDRESS --power-user USER --power-password-file FILE\``,
    },
  );
};

/** The operator's word, else what the machine had when its agent was last heard, else DHCP. */
export const networkOf = ({ system, facts, options }: NetbootIntent): Network => {
  const described = Object.values(system.interfaces ?? {}).some(({ bmc }) => !bmc);
  return (described ? undefined : facts?.network) ?? inventoryNetwork(system, options);
};

export const diskOf = ({ system, facts }: NetbootIntent): Plan['erases'][number] => {
  const seen = facts?.disks.some((disk) =>
    system.disk === undefined ? disk.system : disk.id === system.disk,
  );
  return facts && seen ? erasedDisk(targetDisk({ system, facts })) : unseenDisk(system.disk);
};
