import type { Facts, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { alterations, handOverFallback } from './alterations.ts';
import { describePlan } from './describe.ts';
import { planPower, stallHelp } from './power.ts';
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
        noFallback: 'no agent runs then',
      },
    ],
    warnings: [],
  });
  expect(stallHelp(system(), facts(), onStall)).toMatchObject({
    alterations: [],
    warnings: [expect.stringContaining('no BMC')],
  });
});

test('what an agent can not do its BMC does, where that is safe and wanted', () => {
  const behind = { ...system({ address: 'bmc1', password }), id: 'sys_35ahtc7lqn2x6w4dzk5r' };
  const power = (fallback: boolean, kind: 'reboot' | 'shutdown' = 'reboot') =>
    planPower(kind, behind, facts(), { force: false, fallback });
  const line = (plan: ReturnType<typeof power>) =>
    describePlan(plan)
      .split('\n')
      .find((each) => each.includes('by the agent'))
      ?.trim();
  expect(line(power(true))).toBe("reboot by the agent, at once; if it can't, by the ipmi");
  expect(line(power(true, 'shutdown'))).toMatch(/^power-off .* by the ipmi$/);
  expect(line(power(false))).toBe('reboot by the agent, at once; no fall-back: not wanted');
  expect([handOverFallback(power(true)), handOverFallback(power(false))]).toEqual([
    'ipmi',
    undefined,
  ]);
  const reinstall = alterations['reinstall by agent'];
  expect(reinstall('reboot', 'ipmi')[0]).toMatchObject({ driver: 'agent', fallback: 'ipmi' });
  expect(reinstall('kexec', 'ipmi')[0]).toMatchObject({
    noFallback: 'a power cycle leads back to the old OS',
  });
});

test('every alteration says who does it otherwise, or why nobody does', () => {
  const all = [
    ...alterations['reinstall by agent']('kexec', 'ipmi'),
    ...alterations['reinstall by agent']('reboot', undefined),
    ...alterations['reinstall by BMC']('ipmi'),
    ...alterations['stalled installer']('ipmi'),
    ...alterations.reboot({ bmc: undefined, wanted: true }),
    ...alterations.shutdown({ bmc: 'ipmi', wanted: true }),
    ...alterations.decommission(['agent']),
    ...alterations.decommission(['agent', 'ipmi']),
    ...alterations.decommission(['ipmi']),
    ...alterations['virt-create'](true),
  ];
  for (const each of all) {
    expect([each.fallback, each.noFallback].filter(Boolean), JSON.stringify(each)).toHaveLength(1);
  }
});
