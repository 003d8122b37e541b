/**
 * An agent in a process of its own, to be killed: arguments STATE CONTROLLER BOOT-ID [EVENT|stuck].
 * Bundled by the test, so that it starts fast. It kills itself when the acknowledgement of such an
 * EVENT comes, before it has taken it in; `stuck` can't take its machine down.
 * Its steps append what they do to STATE/did.log, and take a moment.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToController } from '@resole/protocol';
import { jobKeyOf, ownKey, readIdentity } from '../../../packages/agent/src/identity.ts';
import { openJournal } from '../../../packages/agent/src/journal.ts';
import { AgentLoop } from '../../../packages/agent/src/loop.ts';
import type {
  Executor,
  SessionListener,
  StepContext,
  Transport,
} from '../../../packages/agent/src/ports.ts';
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { webSocketTransport } from '../../../packages/agent/src/transport/ws.ts';
import { systemClock } from '../../../packages/agent/src/world.ts';

const [stateDir = '', controller = '', bootId = '', fatal = ''] = process.argv.slice(2);
const note = (line: string) => appendFileSync(join(stateDir, 'did.log'), `${line}\n`);

const step = (name: string): Executor<never> => ({
  async execute(_: unknown, { signal, job }: StepContext) {
    note(`${job.job} begin ${name}`);
    await sleep(5 + Math.random() * 20, undefined, { signal });
    if (name === 'hand-over') {
      if (fatal === 'stuck') throw new Error('the machine does not go down');
      note(`${job.job} down`);
      await sleep(60_000, undefined, { signal });
    }
    note(`${job.job} end ${name}`);
    return undefined;
  },
  async undo({ job }) {
    note(`${job.job} undo ${name}`);
    await sleep(Math.random() * 5);
  },
});

const dyingAt = (fatal: string, transport: Transport): Transport => ({
  run: (listener, signal) => {
    const types = new Map<number, string>();
    const dying: SessionListener = {
      opened: (session, time) => {
        const send = (frame: ToController) => {
          if (frame.type === 'event') types.set(frame.sequence, frame.event.type);
          session.send(frame);
        };
        listener.opened({ send, close: () => session.close() }, time);
      },
      received: (frame) => {
        const deadly = frame.type === 'event-ack' && types.get(frame.sequence) === fatal;
        if (deadly) process.kill(process.pid, 'SIGKILL');
        else listener.received(frame);
      },
      closed: () => listener.closed(),
    };
    return transport.run(dying, signal);
  },
});

async function main(): Promise<void> {
  const identity = await readIdentity(stateDir);
  if (identity === undefined) throw new Error('not enrolled');
  const loop = new AgentLoop({
    self: { agent: identity.agent, system: identity.system, jobKey: jobKeyOf(identity) },
    journal: await openJournal(stateDir),
    executors: {
      'check-host': step('check-host'),
      'fetch-file': step('fetch-file'),
      'arm-kexec': step('arm-kexec'),
      'arm-grub': step('arm-grub'),
      'arm-systemd-boot': step('arm-systemd-boot'),
      'arm-efi': step('arm-efi'),
      'update-agent': step('update-agent'),
      'check-virt-host': step('check-virt-host'),
      'remove-guest': step('remove-guest'),
      'create-guest': step('create-guest'),
      guest: step('guest'),
      'hand-over': step('hand-over'),
    },
    bootId,
    clock: systemClock,
    log: () => undefined,
    facts: () => Promise.resolve(facts),
    recent: () => ({ startedAt: '2026-01-01T00:00:00Z', lines: [] }),
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
  });
  const transport = webSocketTransport({
    controller,
    caPem: identity.caPem,
    key: await ownKey(stateDir),
    agent: identity.agent,
    bootId,
    clock: systemClock,
    log: () => undefined,
    backoff: { next: () => 20, reset: () => undefined },
  });
  await loop.run(
    fatal === '' ? transport : dyingAt(fatal, transport),
    new AbortController().signal,
  );
}

void main();
