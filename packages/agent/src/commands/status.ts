/** `resole-agent status`: is it running, is it connected, what is it doing? */
import { readIdentity } from '../identity.ts';
import { askStatus } from '../instance.ts';
import { readRecord } from '../journal.ts';
import { AGENT_VERSION } from '../version.ts';
import type { World } from '../world.ts';

/** @returns the exit code: 0 where the agent runs and is connected, 3 where not. */
export async function statusCommand(world: World, json: boolean): Promise<number> {
  const { config, print } = world;
  const identity = await readIdentity(config.stateDir);
  const running = await askStatus(config.stateDir);
  const status = {
    running: running !== undefined,
    ...(running ?? (await atRest(config.stateDir))),
  };
  if (json) {
    print(JSON.stringify({ enrolled: identity !== undefined, ...status }, null, 2));
  } else {
    const rows: [string, string][] = [
      ['agent', running ? `running, pid ${running.pid}` : 'not running'],
      ['version', status.version],
      ['enrolled', identity ? `at ${identity.controller} as ${identity.systemName}` : 'no'],
      ['connected', status.connected ? 'yes' : 'no'],
      ['job', status.job === undefined ? 'none' : `${status.job}, ${status.phase}`],
      ['unsent events', String(status.waiting)],
    ];
    for (const [name, value] of rows) print(`${`${name}:`.padEnd(15)}${value}`);
  }
  return status.connected ? 0 : 3;
}

/** What the journal of an agent that doesn't run says. */
async function atRest(stateDir: string) {
  const record = await readRecord(stateDir);
  return {
    version: AGENT_VERSION,
    connected: false,
    waiting: record.outbox.length,
    ...(record.current ? { job: record.current.job.job, phase: record.current.phase } : {}),
  };
}
