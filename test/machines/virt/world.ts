/** A host of guests and its controller, both real, in this process's own namespaces. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finalStates, type JobView } from '@resole/protocol';
import { execa } from 'execa';
import {
  endProcess,
  runSource,
  type SourceController,
  startSourceController,
  until,
} from '../../support/source-controller.ts';

export interface VirtWorld extends Pick<SourceController, 'cli' | 'stop' | 'provisionUrl'> {
  /** Name of the host's system. */
  host: string;
  /** Waits for the job's end, whichever it is. */
  ended(job: JobView): Promise<JobView>;
  /** The host's agent; it runs already. */
  agent: { kill(): Promise<void>; start(): void };
}

/** Where guests find the controller. */
const ADDRESS = '198.51.100.1';

export const startVirtWorld = async (folder: string): Promise<VirtWorld> => {
  await execa('ip', ['link', 'set', 'lo', 'up']);
  // An address of this host that is there whatever becomes of libvirt's networks.
  await execa('ip', ['address', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
  const controller = await startSourceController(folder, { address: ADDRESS });
  const { url, cli, provisionUrl } = controller;
  const token = join(folder, 'token');
  const made = await cli<{ token: string }>(['token', 'create']);
  await writeFile(token, made.token, { mode: 0o600 });
  const config = join(folder, 'agent.yaml');
  await writeFile(config, `controller: ${url}\njoinTokenFile: ${token}\n`);
  const start = () =>
    runSource(
      'agent/src/main.ts',
      ['--config', config, '--state-dir', join(folder, 'state'), 'run'],
      join(folder, 'agent.log'),
    );
  let agent = start();
  const online = async () => {
    const agents = await cli<{ systemName: string; online: boolean }[]>(['agent', 'list']);
    return agents.find((each) => each.online)?.systemName;
  };
  const host = await until('the agent', 60, online);
  return {
    host,
    cli,
    provisionUrl,
    ended: ({ id }) =>
      until(`job ${id}`, 200, async () => {
        const job = await cli<JobView>(['job', 'show', id]);
        return finalStates.has(job.state) ? job : undefined;
      }),
    agent: {
      kill: () => endProcess(agent, 'SIGKILL'),
      start: () => {
        agent = start();
      },
    },
    stop: async () => {
      await endProcess(agent);
      await controller.stop();
    },
  };
};
