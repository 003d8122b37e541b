import type { AgentEvent, Job, JobEventType } from '@resole/protocol';
import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { FakeClock, makeJob, testRunner } from './testing.ts';

/** A reinstall that its agent is at work on. */
const world = async (changes: Partial<Job> = {}) => {
  const store = memoryStore();
  const clock = new FakeClock();
  const runner = testRunner({
    jobs: store.jobs,
    clock,
  });
  const { id, agent = '' } = await runner.submit(makeJob(changes));
  let last = 0;
  const said: AgentEvent[] = [];
  const send = async (sequence: number) => {
    const event = said[sequence - 1] ?? { type: 'accepted' };
    const { proceed } = await runner.agentEvent(agent, {
      ...{ type: 'event', job: id, attempt: 1, sequence, at: clock.now().toISOString(), event },
    });
    return proceed;
  };
  const job = async () => (await store.jobs.get(id)) as Job;
  return {
    ...{ runner, clock, id, agent, job },
    /** The agent's next word. @returns whether it may go on */
    says: (event: AgentEvent) => {
      said.push(event);
      last += 1;
      return send(last);
    },
    /** Its last word, sent again because the answer was lost. */
    again: () => send(last),
    installer: async (...types: JobEventType[]) => {
      for (const type of types) await runner.happen(id, { type });
    },
    state: async () => (await job()).state,
  };
};

const asks = (bootId: string): AgentEvent => ({ type: 'handing-over', bootId });

test('asked again because the answer was lost, it says the same, also when the job has stalled', async () => {
  const { says, again, clock, state } = await world();
  await says({ type: 'accepted' });
  await says({ type: 'armed' });
  expect(await says(asks('boot-1'))).toBe(true);
  expect(await again()).toBe(true);
  await clock.pass(3600);
  expect(await state()).toBe('stalled');
  expect(await again()).toBe(true);
});

test('back from a power cut that led through the installer, the agent hands over no second time', async () => {
  const { says, installer, job } = await world();
  await says({ type: 'accepted' });
  await installer('answer-file-fetched', 'installer-started', 'installer-failed');
  expect((await job()).state).toBe('stalled');
  // Its journal knows nothing of the arming: it begins anew, and arms again.
  expect(await says({ type: 'step-started', index: 0, step: 'check-host' })).toBe(true);
  expect(await says({ type: 'armed' })).toBe(true);
  expect(await says(asks('boot-2'))).toBe(false);
  await says({ type: 'disarmed' });
  const { state, error, events } = await job();
  expect([state, error?.code, events.at(-1)?.type]).toEqual([
    ...['rolled-back', 'rolled-back', 'old-agent-returned'],
  ]);
});

test('an agent that came back says so after the hand-over, and in a state of the installer', async () => {
  for (const signs of [[], ['answer-file-fetched', 'installer-started']] as JobEventType[][]) {
    const { says, again, installer, state } = await world();
    await says({ type: 'accepted' });
    await says({ type: 'armed' });
    expect(await says(asks('boot-1'))).toBe(true);
    await installer(...signs);
    // Its question is still in its outbox: the answer must not make it forget that it came back.
    expect(await again()).toBe(true);
    await says({ type: 'came-back', bootId: 'boot-2' });
    expect(await state()).toBe('rolled-back');
  }
});

test('a cancel that came before wins', async () => {
  const { says, runner, id, state } = await world();
  await says({ type: 'accepted' });
  await says({ type: 'armed' });
  await runner.cancel(id);
  expect(await says(asks('boot-1'))).toBe(false);
  await says({ type: 'disarmed' });
  expect(await state()).toBe('cancelled');
});

test('a machine that could not be taken down ends the job, however late that is told', async () => {
  const { says, clock, job } = await world();
  await says({ type: 'accepted' });
  await says({ type: 'armed' });
  await says(asks('boot-1'));
  await clock.pass(3600);
  const error = { code: 'kexec-failed', message: 'no' } as const;
  await says({ type: 'step-failed', index: 0, step: 'hand-over', error });
  const { state, error: told } = await job();
  expect([state, told]).toEqual(['failed', error]);
});
