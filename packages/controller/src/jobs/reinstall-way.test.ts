import type { Agent, Facts, Options, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { reinstallWay } from './reinstall-way.ts';

const bmc: System['power'] = { address: 'bmc1', password: 'sealed' };

const way = (
  method: 'auto' | 'kexec' | 'pxe' | 'manual',
  machine: { power?: System['power']; agent?: 'connected' | 'away'; options?: Options },
) => {
  const { power, agent, options = {} } = machine;
  const system = { name: 'web1', ...(power && { power }) } as System;
  const deps = {
    agentOf: async () => (agent === undefined ? undefined : ({ id: 'agt' } as Agent)),
    isOnline: () => agent === 'connected',
    storedFacts: async (): Promise<Facts | undefined> => undefined,
    target: async () => ({ options }) as never,
  };
  return reinstallWay(deps, { method }, system);
};

test('the agent starts the installer where one is connected, else the BMC where there is one', async () => {
  const agent = (method: 'auto' | 'kexec') => ({ by: 'agent', method });
  expect(await way('auto', { power: bmc, agent: 'connected' })).toEqual(agent('auto'));
  expect(await way('auto', { power: bmc })).toEqual({
    by: 'firmware',
    reason: 'by network boot: web1 has no agent, and ipmi can order one',
  });
  expect(await way('auto', { power: bmc, agent: 'away' })).toMatchObject({
    by: 'firmware',
    reason: expect.stringContaining('not connected'),
  });
  expect(await way('auto', { agent: 'away' })).toEqual(agent('auto'));
  expect(await way('auto', { power: { driver: 'fence' }, agent: 'away' })).toEqual(agent('auto'));
  expect(await way('auto', { power: bmc, options: { netboot: false } })).toEqual(agent('auto'));
  expect(await way('kexec', { power: bmc })).toEqual(agent('kexec'));
  expect(await way('manual', { power: bmc, agent: 'connected' })).toMatchObject({ by: 'hand' });
  expect(await way('pxe', { agent: 'connected' })).toMatchObject({ by: 'firmware' });
});
