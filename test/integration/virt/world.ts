/** A host of guests and its controller, both real, in this process's own namespaces. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { finalStates, type JobView } from '@resole/protocol';
import { execa } from 'execa';
import { runCli } from '../../../packages/controller/src/cli/testing.ts';
import { repository } from '../../support/cache.ts';
import { freePort } from '../../support/ports.ts';

/** Runs a source file of this repository; it ends with this process. */
const runSource = (file: string, args: readonly string[], logFile: string): ChildProcess => {
  const log = openSync(logFile, 'a');
  const command = [process.execPath, join(repository, 'packages', file), ...args];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
};

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};

export const until = async <T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > limit) throw new Error(`${what}: not in ${seconds} s`);
    await sleep(200);
  }
};

export interface VirtWorld {
  /** Name of the host's system. */
  host: string;
  /** Runs the CLI in this process. @returns its JSON. @throws where it fails */
  cli<Reply = unknown>(words: readonly string[], input?: string): Promise<Reply>;
  /** Waits for the job's end, whichever it is. */
  ended(job: JobView): Promise<JobView>;
  /** Kills the host's agent as a power cut would, and starts it anew. */
  restartAgent(): Promise<void>;
  stop(): Promise<void>;
}

export const startVirtWorld = async (folder: string): Promise<VirtWorld> => {
  await execa('ip', ['link', 'set', 'lo', 'up']);
  const [api, provision] = [await freePort(), await freePort()];
  const [dataDir, agentDir] = [join(folder, 'data'), join(folder, 'agents')];
  await offerAgent(agentDir);
  const url = `https://127.0.0.1:${api}`;
  const controller = runSource(
    'controller/src/main.ts',
    [
      ...['serve', '--data-dir', dataDir, '--agent-dir', agentDir],
      ...['--api-port', String(api), '--api-url', url],
      ...['--provision-port', String(provision)],
      ...['--provision-url', `http://127.0.0.1:${provision}`],
    ],
    join(folder, 'controller.log'),
  );
  const cli = async <Reply>(words: readonly string[], input?: string): Promise<Reply> => {
    const { code, out, err } = await runCli(
      [...words, '--data-dir', dataDir, '--output', 'json'],
      input === undefined ? {} : { input },
    );
    if (code !== 0) throw new Error(`resole ${words.join(' ')}: ${err}`);
    return JSON.parse(out) as Reply;
  };
  await until('the controller', 20, () => cli(['distro', 'list']).catch(() => undefined));

  const token = join(folder, 'token');
  const made = await cli<{ token: string }>(['token', 'create']);
  await writeFile(token, made.token, { mode: 0o600 });
  const config = join(folder, 'agent.yaml');
  await writeFile(config, `controller: ${url}\njoinTokenFile: ${token}\n`);
  const startAgent = () =>
    runSource(
      'agent/src/main.ts',
      ['--config', config, '--state-dir', join(folder, 'state'), 'run'],
      join(folder, 'agent.log'),
    );
  let agent = startAgent();
  const online = async () => {
    const agents = await cli<{ systemName: string; online: boolean }[]>(['agent', 'list']);
    return agents.find((each) => each.online)?.systemName;
  };
  const host = await until('the agent', 20, online);
  return {
    host,
    cli,
    ended: ({ id }) =>
      until(`job ${id}`, 60, async () => {
        const job = await cli<JobView>(['job', 'show', id]);
        return finalStates.has(job.state) ? job : undefined;
      }),
    restartAgent: async () => {
      await end(agent, 'SIGKILL');
      agent = startAgent();
    },
    stop: async () => {
      await end(agent, 'SIGTERM');
      await end(controller, 'SIGTERM');
    },
  };
};

/** What a guest's answer file tells of the agent; nobody here installs it. */
const offerAgent = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const file = { size: 1, sha256: '0'.repeat(64) };
  const manifest = { version: '0.0.0', files: { x86_64: file } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'resole-agent.service'), '[Service]\n');
};
