/** What a machine's BMC can't do its agent does: a real BMC, agent, controller and CLI. */
import { expect, test, vi } from 'vitest';
import { behindBmc } from './agent-power.ts';

test('a BMC that dies: auto has the agent do it, and says why', async () => {
  const { start, bmc, power, job } = await behindBmc();
  const agent = await start();
  await bmc.misbehave('dying');
  const off = power('soft-off', '--deadline', '20');
  await vi.waitFor(async () => expect((await job())?.state).toBe('handing-over'), 60_000);
  agent.kill('SIGKILL');
  const result = await off;
  expect(result).toMatchObject({ driver: 'agent', state: 'off', verified: true });
  expect(result?.reasons).toEqual([expect.stringMatching(/^ipmi: .* does not answer$/)]);
  expect((await job())?.state).toBe('powered-off');
}, 240_000);
