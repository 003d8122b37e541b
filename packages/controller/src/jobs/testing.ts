import type { Job, Plan } from '@resole/protocol';
import { deadlinesOf, families } from '../plan/families.ts';
import { newId } from '../store/stored.ts';
import type { Clock, JobStore } from './ports.ts';
import { JobRunner, type RunnerDeps } from './runner.ts';

/** A clock that stands still until it is told to go on; timers ring in order, each awaited. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  #timers: { due: number; call: () => void }[] = [];

  now(): Date {
    return new Date(this.#now);
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { due: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** As if the process had died: no timer rings any more. */
  forget(): void {
    this.#timers = [];
  }

  async pass(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    for (;;) {
      const [next] = this.#timers.filter((each) => each.due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.due);
      next.call();
      // Let the runner write before the next timer rings.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }
}

/**
 * A store of a process that is killed: after so many writes every further one fails, undone.
 * @param writes what it still lives to do
 */
export const dyingStore = (jobs: JobStore, writes: number): JobStore => {
  let left = writes;
  const alive = async (): Promise<void> => {
    if (left <= 0) throw new Error('killed');
    left -= 1;
  };
  return {
    get: (id) => jobs.get(id),
    list: () => jobs.list(),
    create: async (job) => alive().then(() => jobs.create(job)),
    replace: async (job) => alive().then(() => jobs.replace(job)),
  };
};

const plan: Plan = {
  kind: 'reinstall',
  system: { id: newId('sys'), name: 'web1' },
  steps: [{ step: 'hand-over', args: { action: 'kexec', force: false } }],
  pointOfNoReturn: 0,
  alterations: [],
  erases: [],
  deadlines: deadlinesOf({}, families.image),
  warnings: [],
};

/** A planned job for tests. */
export const makeJob = (changes: Partial<Job> = {}): Job => ({
  id: newId('job'),
  revision: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  kind: 'reinstall',
  system: plan.system.id,
  systemName: 'web1',
  agent: newId('agt'),
  attempt: 1,
  state: 'planned',
  plan,
  events: [],
  cancelRequested: false,
  sequence: 0,
  ...changes,
});

/** The real runner, with agents that are always there and nobody who listens, but for what is given. */
export const testRunner = (deps: Pick<RunnerDeps, 'jobs'> & Partial<RunnerDeps>): JobRunner =>
  new JobRunner({
    link: { send: () => true, isOnline: () => true },
    clock: new FakeClock(),
    feed: { event: () => undefined, progress: () => undefined },
    dispatch: () => ({ type: 'facts-request', request: 'unused' }),
    carry: () => undefined,
    log: () => undefined,
    ...deps,
  });

/** For jobs that no agent has part in. */
export const withoutAgents: Pick<RunnerDeps, 'link' | 'dispatch'> = {
  link: { send: () => false, isOnline: () => false },
  dispatch: () => {
    throw new Error('no agent has part in this');
  },
};
