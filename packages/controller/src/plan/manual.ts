import { type Plan, ResoleError } from '@resole/protocol';
import { checkDiskSize, checkImageSigned, checkMachine } from './checks.ts';
import { checkFilled, kernelCommandLine } from './command-line.ts';
import { deadlinesOf, families } from './families.ts';
import type { NetbootIntent } from './intent.ts';
import { diskOf, networkOf } from './netboot.ts';
import { networkWarnings } from './network/index.ts';
import { commonWarnings } from './warnings.ts';

/** A person has to make a medium, and to go to the machine. */
const DAY = 24 * 3600;

/**
 * Plans a reinstall whose installer a person starts from its medium: the controller makes the answer
 * file, serves it, and waits. Pure and deterministic.
 * @throws ResoleError with the reason, where the machine can't be reinstalled like this.
 */
export const planManual = (intent: NetbootIntent): Plan => {
  const { system, profile, distro, facts, options } = intent;
  const traits = families[distro.family];
  if ((options.answerFile ?? traits.answerFile) === undefined) {
    throw new ResoleError(
      'start-unsupported',
      `the installer of ${distro.name} (${distro.family}) reads no answer file: there is nothing to wait for`,
      { remedy: `give it one: \`resole profile edit ${profile.name} --answer-file TEMPLATE\`` },
    );
  }
  if (facts) checkMachine({ ...intent, facts }, options.minMemoryMiB ?? traits.minMemoryMiB);
  checkImageSigned(distro, facts?.secureBoot ?? false);
  const disk = diskOf(intent);
  checkDiskSize(distro, disk);
  const network = networkOf(intent);
  const bootsKernel = (options.bootArgs ?? traits.bootArgs) !== undefined;
  const commandLine = bootsKernel ? kernelCommandLine(intent, network) : undefined;
  if (commandLine !== undefined) checkFilled(commandLine, intent.baseLength);
  const { armed = DAY, ...others } = options.deadlines ?? {};
  return {
    kind: 'reinstall',
    system: { id: system.id, name: system.name },
    profile: { id: profile.id, name: profile.name },
    distro: { id: distro.id, name: distro.name },
    method: 'manual',
    methodReason: intent.reason,
    ...(traits.agentless ? { agentless: true as const } : {}),
    steps: [],
    pointOfNoReturn: 0,
    alterations: [],
    erases: [disk],
    network,
    ...(commandLine === undefined ? {} : { commandLine }),
    deadlines: { ...deadlinesOf({ deadlines: others }, traits), armed },
    warnings: [...networkWarnings(network, intent.reach), ...commonWarnings(intent)],
  };
};
