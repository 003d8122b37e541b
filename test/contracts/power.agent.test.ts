/** A machine that its own agent switches: the real controller's jobs, and an agent that goes down. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView, System } from '@resole/protocol';
import { type AgentPower, agentDriver } from '../../packages/controller/src/power/agent.ts';
import { opened } from '../integration/agent/agent-power.ts';
import { powerContract, target } from './power.ts';

const nobody = 'sys_33333333333333333333';

powerContract('agent', ['status', 'off', 'soft-off', 'reset'], async () => {
  const ends: (() => Promise<void> | void)[] = [];
  const { client, start, wentDown } = await opened((end) => void ends.push(end));
  const { id } = await client.get<System>('/v1/systems/web1');

  let last: 'reboot' | 'shutdown' | undefined;
  const port: AgentPower = {
    isOnline: async (system) => {
      const agents = await client.get<{ system: string; online: boolean }[]>('/v1/agents');
      return agents.find((agent) => agent.system === system)?.online;
    },
    start: (system, kind, force) => {
      last = kind;
      return client.send('POST', '/v1/jobs', { kind, system, force, fallback: false });
    },
    job: (job) => client.get<JobView>(`/v1/jobs/${job}`),
    cancel: async (job) => {
      await client.send('POST', `/v1/jobs/${job}/cancel`);
    },
  };

  /** The machine: its agent's process, which a boot begins and going down ends. */
  let running: ChildProcess | undefined;
  let on = false;
  let boots = 0;
  const boot = async () => {
    boots += 1;
    on = true;
    running = await start(`boot-${boots}`);
  };
  const down = async () => {
    on = false;
    if (running === undefined) return;
    const exit = once(running, 'exit');
    running.kill('SIGKILL');
    await exit;
  };
  let open = true;
  const machine = (async () => {
    for (let seen = 0; open; await sleep(50)) {
      const downs = await wentDown();
      if (downs === seen) continue;
      seen = downs;
      await down();
      if (last === 'reboot') await boot();
    }
  })();
  await boot();

  return {
    driver: agentDriver(port),
    target: target({ system: id }),
    isOn: () => on,
    pushButton: boot,
    wrong: {
      'no agent': { target: target({ system: nobody }), action: 'off', code: 'agent-offline' },
    },
    stop: async () => {
      open = false;
      await machine;
      for (const end of ends.reverse()) await end();
    },
  };
});
