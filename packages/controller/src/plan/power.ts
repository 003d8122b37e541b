import type { Facts, Plan, System } from '@resole/protocol';
import { deadlinesOf } from './families.ts';

/** Plans a reboot or shutdown through the machine's own agent. Pure. */
export const planPower = (
  kind: 'reboot' | 'shutdown',
  system: System,
  facts: Facts,
  force: boolean,
): Plan => {
  const action = kind === 'reboot' ? 'reboot' : 'power-off';
  return {
    kind,
    system: { id: system.id, name: system.name },
    steps: [{ step: 'hand-over', args: { action, force } }],
    pointOfNoReturn: 0,
    alterations: [{ action, driver: 'agent', when: 'at once' }],
    erases: [],
    deadlines: deadlinesOf({}),
    warnings:
      kind === 'shutdown' && facts.virtualization === 'none'
        ? ['without a BMC or Wake-on-LAN somebody has to press its button to start it again']
        : [],
  };
};
