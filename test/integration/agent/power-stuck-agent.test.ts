/** What a machine's agent can't do its BMC does: a real BMC, agent, controller and CLI. */
import type { JobView } from '@resole/protocol';
import { expect, test, vi } from 'vitest';
import { behindBmc } from './agent-power.ts';

test('an agent that can not take its machine down: the BMC does, and the job says so', async () => {
  const { cli, start, bmc, job } = await behindBmc();
  const agent = await start('boot-1', 'stuck');
  await cli('reboot', 'web1', '--yes');
  expect((await job())?.plan.alterations).toMatchObject([{ driver: 'agent', fallback: 'ipmi' }]);
  const before = await bmc.machine();
  await vi.waitFor(async () => expect(await bmc.machine()).not.toBe(before), 60_000);
  agent.kill('SIGKILL');
  await start('boot-2');
  const ended = await vi.waitFor(async () => {
    const now = await job();
    expect(now?.state).toBe('returned');
    return now as JobView;
  }, 40_000);
  expect(ended.events.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      'hand-over: the machine does not go down',
      'power cycle, in place of the agent: the machine does not go down',
    ]),
  );
  expect(ended.error).toBeUndefined();
}, 180_000);
