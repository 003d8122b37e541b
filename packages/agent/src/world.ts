/** The real world behind the ports. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { setTimeout } from 'node:timers/promises';
import type { AgentLog, Progress, SignedJob } from '@resole/protocol';
import type { Config } from './config.ts';
import { run } from './exec.ts';
import { readFacts } from './facts.ts';
import type { Clock, Log, StepContext } from './ports.ts';
import { throttled } from './progress.ts';
import { type FactsReader, factsReader } from './recent-facts.ts';
import { AGENT_VERSION } from './version.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, signal) =>
    setTimeout(milliseconds, undefined, signal ? { signal } : {}).catch((error) => {
      throw signal?.reason ?? error;
    }),
};

/** What every command works with. */
export interface World {
  config: Config;
  clock: Clock;
  log: Log;
  /** The last lines of it. */
  recent(count: number, after?: number): AgentLog;
  /** Writes one line to standard output. */
  print(line: string): void;
}

/** Changes with every boot of the machine. */
export const readBootId = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/** The parts of a step's context that only an agent with a controller has. */
export interface Service {
  caPem: string;
  online(): boolean;
  facts: FactsReader;
}

/** Where no controller is asked, no session is waited for, and nobody has just looked at facts. */
const alone = ({ stateDir }: Config) => ({
  online: () => true,
  facts: factsReader(() => readFacts({ stateDir })),
});

/** What the steps of a job run with on this machine. */
export const machineContext = ({ config, clock, log }: World, service?: Service) => {
  const { facts, ...rest } = service ?? alone(config);
  return (
    job: SignedJob,
    signal: AbortSignal,
    progress: (progress: Progress) => void,
  ): StepContext => ({
    job,
    folders: {
      staging: join(config.stateDir, 'staging', job.job),
      undo: join(config.stateDir, 'undo', job.job),
    },
    root: '/',
    run,
    log,
    clock,
    signal,
    facts: facts.recent,
    progress: throttled(progress, () => clock.now().getTime()),
    program: { version: AGENT_VERSION, ...(isSea() ? { path: process.execPath } : {}) },
    restart: () => process.kill(process.pid, 'SIGTERM'),
    ...rest,
  });
};
