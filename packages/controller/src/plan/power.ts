import type { Facts, Options, Plan, System } from '@resole/protocol';
import { alterations } from './alterations.ts';
import { deadlinesOf } from './families.ts';
import { hardSwitch } from './switch.ts';

/** Plans a reboot or shutdown through the machine's own agent. Pure. */
export const planPower = (
  kind: 'reboot' | 'shutdown',
  system: System,
  facts: Facts,
  { force, fallback }: { force: boolean; fallback: boolean },
): Plan => {
  const bmc = hardSwitch(system, facts);
  const action = kind === 'reboot' ? 'reboot' : 'power-off';
  return {
    kind,
    system: { id: system.id, name: system.name },
    steps: [{ step: 'hand-over', args: { action, force } }],
    pointOfNoReturn: 0,
    alterations: alterations[kind]({ bmc, wanted: fallback }),
    erases: [],
    deadlines: deadlinesOf({}),
    warnings:
      kind === 'shutdown' && facts.virtualization === 'none' && bmc === undefined
        ? ['without a BMC or Wake-on-LAN somebody has to press its button to start it again']
        : [],
  };
};

/**
 * What is done where an installer is not heard of any more, and what stands in the way of it: a power
 * cycle leads back to the old OS, since the installer was armed for one boot. Pure.
 */
export const stallHelp = (
  system: System,
  facts: Facts | undefined,
  { powerPolicy }: Options,
): { alterations: Plan['alterations']; warnings: string[] } => {
  if (powerPolicy?.onStall !== 'cycle') return { alterations: [], warnings: [] };
  const driver = hardSwitch(system, facts);
  if (driver === undefined) {
    const warning =
      'powerPolicy asks for a power cycle of an installer that stalls, but no BMC of the machine is known';
    return { alterations: [], warnings: [warning] };
  }
  return { alterations: alterations['stalled installer'](driver), warnings: [] };
};
