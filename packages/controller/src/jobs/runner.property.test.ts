import { finalStates, type Job, JobEventType, JobState } from '@resole/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { JobRunner } from './runner.ts';
import { dyingStore, FakeClock, makeJob } from './testing.ts';

/** One thing that the world may do to a job, in any order and any number of times. */
const deed = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...JobEventType.options)
      .map((type) => ({ do: 'happen', type }) as const),
  },
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 1, max: 12 })
      .map((sequence) => ({ do: 'agent', sequence }) as const),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'restart' } as const) },
  { weight: 2, arbitrary: fc.constant({ do: 'cancel' } as const) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 4000 })
      .map((seconds) => ({ do: 'wait', seconds }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'connect' } as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'leave' } as const) },
);

/** What the agent says, in its own order; duplicates and gaps come from the sequence numbers. */
const agentWords = [
  { type: 'accepted' },
  { type: 'step-started', index: 0, step: 'check-host' },
  { type: 'step-done', index: 0, step: 'check-host' },
  { type: 'armed' },
  { type: 'handing-over', bootId: 'before' },
  { type: 'came-back', bootId: 'after' },
] as const;

/** Writes after which the controller is killed while it takes the job in; none: it is not. */
const killedAfter = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });

test('1,000 random lives of a job all end in a stated state, and say why where that is no success', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), killedAfter, async (deeds, killed) => {
      const store = memoryStore();
      const clock = new FakeClock();
      const deps = {
        jobs: store.jobs,
        link: { send: () => true, isOnline: () => true },
        clock,
        feed: { event: () => undefined, progress: () => undefined },
        dispatch: () => ({ type: 'facts-request', request: 'unused' }) as const,
        carry: () => undefined,
        log: () => undefined,
      };
      let runner = new JobRunner(deps);
      const restart = async () => {
        await runner.close();
        clock.forget();
        runner = new JobRunner(deps);
        await runner.start();
      };
      const made = makeJob();
      const { id, agent = '' } = made;
      if (killed === undefined) await runner.submit(made);
      else {
        runner = new JobRunner({ ...deps, jobs: dyingStore(store.jobs, killed) });
        await runner.submit(made).catch(() => undefined);
        await restart();
        // Nothing was promised, and nothing is there.
        if ((await store.jobs.get(id)) === undefined) return;
        expect((await store.jobs.get(id))?.state).not.toBe('planned');
      }
      const seen: Job[] = [];
      for (const each of deeds) {
        if (each.do === 'happen') await runner.happen(id, { type: each.type });
        if (each.do === 'agent') {
          const event = agentWords[(each.sequence - 1) % agentWords.length] ?? agentWords[0];
          const ack = await runner.agentEvent(agent, {
            type: 'event',
            job: id,
            attempt: 1,
            sequence: each.sequence,
            at: clock.now().toISOString(),
            event,
          });
          const durable = await store.jobs.get(id);
          // A machine is only ever told to go on by a job that is alive.
          if (ack.proceed) expect(finalStates.has(durable?.state ?? 'failed')).toBe(false);
        }
        if (each.do === 'restart') await restart();
        if (each.do === 'cancel') await runner.cancel(id).catch(() => undefined);
        if (each.do === 'wait') await clock.pass(each.seconds);
        if (each.do === 'connect') await runner.agentConnected(agent);
        if (each.do === 'leave') await runner.agentLeft(agent);
        const job = await store.jobs.get(id);
        if (job) seen.push(job);
      }
      for (let days = 0; days < 6; days += 1) await clock.pass(24 * 3600);
      const end = await store.jobs.get(id);
      expect(JobState.options).toContain(end?.state);
      expect(finalStates.has(end?.state ?? 'planned')).toBe(true);
      expect(end?.deadline).toBeUndefined();
      const unhappy = end?.state === 'failed' || end?.state === 'rolled-back';
      if (unhappy) expect(end?.error?.message ?? end?.events.at(-1)?.type).toBeTruthy();
      // Once ended, always ended, and the same end.
      const first = seen.find((job) => finalStates.has(job.state));
      if (first) expect(end?.state).toBe(first.state);
      await runner.close();
    }),
    { numRuns: 1000 },
  );
}, 120_000);
