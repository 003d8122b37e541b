import type { Facts, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { stallHelp } from './power.ts';
import { hardSwitch } from './switch.ts';

const system = (power?: System['power']) => ({ name: 'web1', power }) as System;
const facts = (bmc?: Facts['bmc']) => ({ virtualization: 'none', bmc }) as Facts;
const bmc = { address: '192.0.2.7', protocols: ['ipmi', 'redfish'] } satisfies Facts['bmc'];
const password = 'sealed.v1.x';

test('the hard switch is what is configured, or the BMC that can be spoken to', () => {
  const cases: [System['power'], Facts['bmc'], string | undefined][] = [
    [undefined, undefined, undefined],
    [undefined, bmc, undefined],
    [{ password }, bmc, 'ipmi'],
    [{ password }, { ...bmc, protocols: ['redfish'] }, 'redfish'],
    [{ password, options: { protocol: 'redfish' } }, bmc, 'redfish'],
    [{ address: 'bmc1', password }, undefined, 'ipmi'],
    [{ driver: 'fence', options: { program: 'fence_apc' } }, undefined, 'fence'],
    [{ driver: 'agent' }, bmc, undefined],
    [{ driver: 'wake-on-lan' }, bmc, undefined],
  ];
  for (const [power, found, driver] of cases) {
    expect(hardSwitch(system(power), facts(found)), JSON.stringify(power)).toBe(driver);
  }
});

test('a stalled installer is power-cycled only where the policy says so and something can', () => {
  const onStall = { powerPolicy: { onStall: 'cycle' } } as const;
  const machine = system({ address: 'bmc1', password });
  expect(stallHelp(machine, facts(), {})).toEqual({ alterations: [], warnings: [] });
  expect(stallHelp(machine, facts(), onStall)).toEqual({
    alterations: [
      {
        action: 'cycle',
        driver: 'ipmi',
        only: 'stalled',
        when: 'once, if the installer stalls: the machine falls back to the old OS',
      },
    ],
    warnings: [],
  });
  expect(stallHelp(system(), facts(), onStall)).toMatchObject({
    alterations: [],
    warnings: [expect.stringContaining('no BMC')],
  });
});
