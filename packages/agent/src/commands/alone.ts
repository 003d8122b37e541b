/** The loop without a controller: for jobs from files, and for what such a job has left behind. */
import { generateKeyPairSync } from 'node:crypto';
import type { ErrorBody } from '@resole/protocol';
import { executors } from '../executors/index.ts';
import { readFacts } from '../facts.ts';
import { becomeInstance } from '../instance.ts';
import type { Addressee } from '../intake.ts';
import { openJournal, readRecord } from '../journal.ts';
import { AgentLoop } from '../loop.ts';
import { type FileOptions, fileTransport } from '../transport/file.ts';
import { AGENT_VERSION } from '../version.ts';
import { machineContext, readBootId, type World } from '../world.ts';

/** Runs the loop until its one job has ended. @returns why it failed, if it did. */
export async function withoutController(
  world: World,
  self: Addressee,
  job: Pick<FileOptions, 'give' | 'print' | 'rehearse'>,
  signal: AbortSignal,
): Promise<ErrorBody | undefined> {
  const { config, clock, log } = world;
  const instance = await becomeInstance(config.stateDir, () => ({
    pid: process.pid,
    version: AGENT_VERSION,
    connected: false,
    waiting: 0,
  }));
  const ended = new AbortController();
  let failure: ErrorBody | undefined;
  const transport = fileTransport({
    ...job,
    clock,
    failed: (error) => {
      failure = error;
    },
  });
  try {
    const loop = new AgentLoop({
      self,
      journal: await openJournal(config.stateDir),
      executors,
      bootId: await readBootId(),
      clock,
      log,
      recent: world.recent,
      facts: () => readFacts({ stateDir: config.stateDir }),
      context: machineContext(world),
    });
    await loop.run(
      { run: (listener, stop) => transport.run(listener, stop).finally(() => ended.abort()) },
      AbortSignal.any([signal, ended.signal]),
    );
  } finally {
    instance.close();
  }
  return failure;
}

/**
 * Brings a file's job that an interruption or a reboot has left to its end: what it did is taken
 * back. Only for machines that are not enrolled: elsewhere the controller is told, and decides.
 */
export async function finishAlone(world: World, signal: AbortSignal): Promise<void> {
  const { current, outbox } = await readRecord(world.config.stateDir);
  const job = current?.job.job ?? outbox[0]?.job;
  if (job === undefined) return;
  world.log('info', `job ${job} is brought to its end`);
  // No job comes this way, so it doesn't matter who this agent is.
  const self = { agent: '', system: '', jobKey: generateKeyPairSync('ed25519').publicKey };
  const print = (line: string) => world.log('debug', line);
  await withoutController(world, self, { print, rehearse: true }, signal);
}
