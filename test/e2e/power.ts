import { strict as assert } from 'node:assert';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PowerAction, PowerResult } from '@resole/protocol';
import { bmcOf } from '../support/bmc-of-vm.ts';
import { watchProcesses } from '../support/processes.ts';
import { waitForAgent } from '../support/server.ts';
import type { EndToEndTest, World } from './world.ts';

type Agent = { systemName: string; online: boolean; bootId: string };

const agentOf = async (world: World, name: string): Promise<Agent> => {
  const agents = await world.controller.get<Agent[]>('/v1/agents');
  const agent = agents.find(({ systemName }) => systemName === name);
  assert.ok(agent, `${name} has an agent`);
  return agent;
};

/** One action on the system, which must succeed. */
const power = async (
  world: World,
  action: PowerAction,
  name: string,
  ...more: string[]
): Promise<PowerResult> => {
  const [result] = await world.controller.cli<PowerResult[]>(['power', action, name, ...more]);
  assert.ok(result, `${action} of ${name} has a result`);
  world.note(action, `${result.state} by ${result.driver} in ${result.seconds} s`);
  assert.equal(result.error, undefined);
  return result;
};

/** Everything below a folder, as text. */
const textsBelow = async (folder: string): Promise<string> => {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
};

/** Waits for the agent to be there after another boot than before. */
const rebooted = async (world: World, name: string, bootId: string): Promise<void> => {
  const end = Date.now() + 600_000;
  for (;;) {
    const agent = await agentOf(world, name);
    if (agent.online && agent.bootId !== bootId) return;
    assert.ok(Date.now() < end, `${name} did not come back with another boot id`);
    await sleep(500);
  }
};

export const powerTest: EndToEndTest = {
  about: 'a machine behind a BMC and without PXE, switched by BMC and by agent',
  memoryMiB: 2048,
  installs: [],
  run: async (world) => {
    const { controller } = world;
    const server = await world.server();
    const { name, vm } = server;
    const { bmc, stop } = await bmcOf(vm);
    const watch = watchProcesses(bmc.password);
    try {
      const file = join(controller.options.dataDir, 'bmc-password');
      await writeFile(file, `${bmc.password}\n`, { mode: 0o600 });
      await controller.cli([
        ...['system', 'edit', name, '--power-address', '127.0.0.1'],
        ...['--power-port', String(bmc.port), '--power-user', 'admin'],
        ...['--power-password-file', file, '--power-option', 'cipherSuite=3'],
      ]);
      await writeFile(file, '');

      const before = await power(world, 'status', name);
      assert.deepEqual([before.state, before.driver], ['on', 'ipmi']);
      const shut = await power(world, 'soft-off', name, '--driver', 'agent');
      assert.deepEqual([shut.state, shut.driver, shut.verified], ['off', 'agent', true]);
      await vm.waitForOff(60);
      assert.equal((await power(world, 'status', name)).state, 'off');
      const reset = await controller.tryCli(['power', 'reset', name]);
      assert.equal(JSON.parse(reset.stderr).error.code, 'power-is-off');

      const on = await power(world, 'on', name);
      assert.deepEqual([on.state, on.driver, on.verified], ['on', 'ipmi', true]);
      await waitForAgent(controller, name);
      const { bootId } = await agentOf(world, name);
      await power(world, 'reset', name);
      await rebooted(world, name, bootId);

      const off = await power(world, 'off', name);
      assert.deepEqual([off.state, off.driver], ['off', 'ipmi']);
      assert.equal(vm.isOn, false);

      const shown = await controller.cli<object>(['system', 'show', name]);
      assert.ok(!JSON.stringify(shown).includes(bmc.password), 'the password is not shown');
      const kept = await textsBelow(controller.options.dataDir);
      assert.ok(!kept.includes(bmc.password), 'the password is not in the data folder');
      const log = await readFile(controller.options.logFile, 'utf8');
      assert.ok(!log.includes(bmc.password), 'the password is not in the log');
    } finally {
      const { looks, seen, programs } = await watch.end();
      world.note('looks at all processes', looks);
      await stop();
      assert.deepEqual(seen, [], 'the password was seen among the processes');
      assert.ok(programs.has('ipmitool'), 'the looks were frequent enough to see ipmitool');
    }
  },
};
