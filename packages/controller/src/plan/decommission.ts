import type { Facts, Plan, System } from '@resole/protocol';
import { alterations } from './alterations.ts';
import { deadlinesOf } from './families.ts';
import { hardSwitch, type RealDriver } from './switch.ts';

/**
 * Plans a machine's end of service: off, its agent locked out, no installer for it. The agent is
 * asked first where it is connected: only an OS can shut down cleanly for sure. Pure.
 */
export const planDecommission = (
  system: System,
  facts: Facts | undefined,
  agentOnline: boolean,
): Plan => {
  const bmc = hardSwitch(system, facts);
  const agent: RealDriver[] = agentOnline ? ['agent'] : [];
  const [first, ...others] = [...agent, ...(bmc === undefined ? [] : [bmc])];
  return {
    kind: 'decommission',
    system: { id: system.id, name: system.name },
    steps: [],
    pointOfNoReturn: 0,
    alterations: first === undefined ? [] : alterations.decommission([first, ...others]),
    erases: [],
    deadlines: { ...deadlinesOf({}), 'handing-over': DEADLINE_SECONDS },
    warnings:
      first === undefined
        ? [`nothing can switch ${system.name} off, or tell whether it is: it is marked, no more`]
        : bmc === undefined
          ? ['without a BMC, that its agent shut down and left is all that is known']
          : [],
  };
};

/** An OS may take 5 min to shut down, and be asked by two drivers before it is cut off. */
const DEADLINE_SECONDS = 1800;
