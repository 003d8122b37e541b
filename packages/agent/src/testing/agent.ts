/** An agent in a temporary folder, whose steps only say what they do. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { openJournal } from '../journal.ts';
import { recentLog } from '../log.ts';
import { AgentLoop, type LoopDeps } from '../loop.ts';
import type { Executors, StepContext, Transport } from '../ports.ts';
import { systemClock } from '../world.ts';
import { facts } from './facts.ts';
import { jobKeys } from './job.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'resole-agent-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type Doing = (what: string, context: StepContext) => Promise<string | undefined>;

/** Executors that call `doing('do arm-grub')` and `done('undo arm-grub')`. */
export function loggingExecutors(
  doing: Doing,
  undoing: (what: string) => Promise<void>,
): Executors {
  const one = (name: string) => ({
    execute: (_: unknown, context: StepContext) => doing(`do ${name}`, context),
    undo: () => undoing(`undo ${name}`),
  });
  return {
    'check-host': one('check-host'),
    'fetch-file': one('fetch-file'),
    'arm-kexec': one('arm-kexec'),
    'arm-grub': one('arm-grub'),
    'arm-systemd-boot': one('arm-systemd-boot'),
    'arm-efi': one('arm-efi'),
    'update-agent': one('update-agent'),
    'check-virt-host': one('check-virt-host'),
    'remove-guest': one('remove-guest'),
    'create-guest': one('create-guest'),
    guest: one('guest'),
    'hand-over': one('hand-over'),
  };
}

/** Nothing to be done at a hand-over but to wait for the end of the process. */
export const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

export interface TestAgent {
  did: string[];
  log: string[];
  stop(): Promise<void>;
  loop: AgentLoop;
}

/** Starts an agent on a state folder; stopped at the end of the test at the latest. */
export async function startAgent(
  stateDir: string,
  transport: Transport,
  options: {
    bootId?: string;
    doing?: Doing;
    undoing?: (what: string) => Promise<void>;
    deps?: Partial<LoopDeps>;
  } = {},
): Promise<TestAgent> {
  const did: string[] = [];
  const log: string[] = [];
  const stop = new AbortController();
  const now = () => new Date('2026-01-01T00:10:00Z');
  const logged = recentLog((_, line) => log.push(line), 'info', now);
  const doing: Doing = async (what, context) => {
    did.push(what);
    if (options.doing) return options.doing(what, context);
    return what === 'do hand-over' ? forever(context.signal) : undefined;
  };
  const undoing = async (what: string) => {
    did.push(what);
    await options.undoing?.(what);
  };
  const loop = new AgentLoop({
    self: {
      agent: 'agt_aaaaaaaaaaaaaaaaaaaa',
      system: 'sys_aaaaaaaaaaaaaaaaaaaa',
      jobKey: jobKeys.publicKey,
    },
    journal: await openJournal(stateDir),
    executors: loggingExecutors(doing, undoing),
    bootId: options.bootId ?? 'boot-1',
    clock: { ...systemClock, now },
    log: logged.log,
    facts: () => Promise.resolve(facts),
    recent: (count, after) => logged.recent(count, after),
    context: (job, signal, progress) => ({
      job,
      folders: {
        staging: join(stateDir, 'staging', job.job),
        undo: join(stateDir, 'undo', job.job),
      },
      root: stateDir,
      run: () => Promise.resolve(''),
      log: () => undefined,
      clock: systemClock,
      program: { version: 'test' },
      online: () => true,
      restart: () => undefined,
      signal,
      facts: () => Promise.resolve(facts),
      progress,
    }),
    ...options.deps,
  });
  const running = loop.run(transport, stop.signal);
  const agent = {
    did,
    log,
    loop,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
  onTestFinished(agent.stop);
  await vi.waitFor(() => expect(log).toContain('connected to the controller'));
  return agent;
}
