import type { Facts, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { planDecommission } from './decommission.ts';
import { describePlan } from './describe.ts';

const system = { id: 'sys_35ahtc7lqn2x6w4dzk5r', name: 'web1' } as System;
const behindBmc: System = { ...system, power: { address: 'bmc1', password: 'sealed' } };

/** The power and the warnings of the plan, as people read them. */
const told = (machine: System, online: boolean) =>
  describePlan(planDecommission(machine, undefined as Facts | undefined, online))
    .split('\n')
    .filter((line) => /power-off|BMC|nothing/.test(line))
    .map((line) => line.trim());

test('the agent first where it is connected, the BMC in its stead, and what nobody can prove', () => {
  expect(told(behindBmc, true)).toEqual([
    "power-off by the agent, at once; if it can't, by the ipmi",
  ]);
  expect(told(behindBmc, false)).toEqual([
    'power-off by the ipmi, at once; no fall-back: its agent is not connected',
  ]);
  expect(told(system, true)).toEqual([
    'power-off by the agent, at once; no fall-back: no BMC of it is known',
    'without a BMC, that its agent shut down and left is all that is known',
  ]);
  expect(told(system, false)).toEqual([
    'nothing can switch web1 off, or tell whether it is: it is marked, no more',
  ]);
});
