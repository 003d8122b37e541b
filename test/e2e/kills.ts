import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, JobState } from '@resole/protocol';
import type { ControllerProcess } from '../support/controller.ts';
import { addProfile } from '../support/inventory.ts';
import { runScript } from '../support/ssh.ts';
import { expectReturned, startReinstall } from './reinstalled.ts';
import type { EndToEndTest } from './world.ts';

/**
 * Kills the agent as soon as it downloads, from inside the machine: by ssh it would be too late.
 * What it did is noted in a file, so that the test can see that it was done.
 */
const killAgentWhileStaging = `
cat > /run/kill-agent <<'EOF'
until ls /var/lib/resole/staging/*/* >/dev/null 2>&1; do sleep 0.02; done
systemctl kill --signal=KILL resole-agent
echo "### KILLED agent while staging: $(ls /var/lib/resole/staging/*/*)" > /dev/console
EOF
systemd-run --quiet sh /run/kill-agent
`;

/** The state as it lies on the controller's disk: quicker than asking, and true when it is dead. */
const storedState = async (
  controller: ControllerProcess,
  id: string,
): Promise<JobState | undefined> => {
  const file = join(controller.options.dataDir, 'store/jobs', `${id}.json`);
  const text = await readFile(file, 'utf8').catch(() => '{}');
  return (JSON.parse(text) as Partial<Job>).state;
};

const killWhen = async (
  controller: ControllerProcess,
  id: string,
  state: JobState,
): Promise<void> => {
  const end = Date.now() + 900_000;
  for (;;) {
    const now = await storedState(controller, id);
    if (now === state) break;
    assert.ok(Date.now() < end, `${state} was never reached, the job is ${now}`);
    await sleep(10);
  }
  await controller.kill();
  assert.equal(await storedState(controller, id), state, 'what was acknowledged was lost');
  await sleep(3000);
  await controller.start();
};

export const kills: EndToEndTest = {
  about:
    'kill -9 of the controller while staging, handing over and installing, of the agent while staging',
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    await addProfile(world.controller, world.old, 'archive');
    const server = await world.server();
    await runScript(server.guest, killAgentWhileStaging);
    const { id } = await startReinstall(world, server, 'archive', 'kexec');
    for (const state of ['staging', 'handing-over', 'installing'] as const) {
      await killWhen(world.controller, id, state);
      world.note('controller killed in', state);
    }
    const job = await expectReturned(world, server, id, 1200);
    const killed = server.vm.serial.lines.some((line) => line.text.includes('### KILLED agent'));
    assert.ok(killed, 'the agent was not killed');
    const handOvers = job.events.filter((event) => event.type === 'handing-over').length;
    assert.equal(handOvers, 1, 'the hand-over must happen once');
  },
};
