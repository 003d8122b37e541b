/** What an agent costs a machine while it only waits. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { agentFolder } from '../../../../test/support/artefacts.ts';
import type { ControllerProcess } from '../../../../test/support/controller.ts';
import { oldOs } from '../../../../test/support/old-os.ts';
import { startServer } from '../../../../test/support/server.ts';
import { runScript } from '../../../../test/support/ssh.ts';

/** After the start: facts are sent, and memory has been given back. */
const SETTLED_MS = 60_000;
const WATCHED_MS = 120_000;
/** Of /proc/PID/stat: USER_HZ is 100 on all architectures that we have. */
const TICK_MS = 10;

export interface Rest {
  /** Resident memory, bytes. */
  rss: number;
  /** Share of one processor, percent. */
  cpu: number;
  /** How often one of its threads was woken, per minute. */
  wakeUps: number;
}

/** What the unit gives its process by `Environment=`. */
const unitEnvironment = async (): Promise<Record<string, string>> => {
  const unit = await readFile(join(agentFolder, 'resole-agent.service'), 'utf8');
  const words = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, text = '']) =>
    text.startsWith('"') ? [text.slice(1, -1)] : text.split(' '),
  );
  return Object.fromEntries(
    words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
};

const spent = async (pid: number): Promise<{ ticks: number; switches: number }> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  const threads = await readdir(`/proc/${pid}/task`);
  const counts = await Promise.all(
    threads.map(async (thread) => {
      const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8');
      return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]);
    }),
  );
  return {
    ticks: Number(fields[11]) + Number(fields[12]),
    switches: counts.reduce((sum, count) => sum + count, 0),
  };
};

/** The executable as a process of this machine, with the unit's environment but no group of its own. */
export const restAsProcess = async (
  controller: ControllerProcess,
  program: string,
  stateDir: string,
): Promise<Rest> => {
  const globals = ['--config', '/dev/null', '--state-dir', stateDir];
  const { token } = await controller.cli<{ token: string }>(['token', 'create']);
  const url = `https://127.0.0.1:${controller.apiPort}`;
  await execa(program, [...globals, 'enroll', '--controller', url, '--token-file', '-'], {
    input: token,
  });
  const agent = execa(program, [...globals, 'run'], {
    env: await unitEnvironment(),
    stdio: 'ignore',
    reject: false,
  });
  try {
    const { pid } = agent;
    if (pid === undefined) throw new Error('the agent did not start');
    await sleep(SETTLED_MS);
    const before = await spent(pid);
    await sleep(WATCHED_MS);
    const after = await spent(pid);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return {
      rss: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024,
      cpu: (100 * TICK_MS * (after.ticks - before.ticks)) / WATCHED_MS,
      wakeUps: ((after.switches - before.switches) * 60_000) / WATCHED_MS,
    };
  } finally {
    agent.kill();
    await agent;
  }
};

/** The same as a service of systemd in a machine of its own. @returns bytes of resident memory. */
export const restAsService = async (controller: ControllerProcess): Promise<number> => {
  const server = await startServer(controller, await oldOs(), { name: 'rest', memoryMiB: 1024 });
  try {
    // What was just copied is on the disk; from now on it is read as after any boot.
    await runScript(server.guest, 'sync; systemctl restart resole-agent');
    await sleep(SETTLED_MS + WATCHED_MS);
    const rss = await runScript(
      server.guest,
      'grep VmRSS "/proc/$(systemctl show --property MainPID --value resole-agent)/status"',
    );
    return Number(/(\d+) kB/.exec(rss)?.[1]) * 1024;
  } finally {
    await server.vm.stop();
  }
};
