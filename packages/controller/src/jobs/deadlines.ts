/** The timers of jobs' deadlines, one a job. */
import { finalStates, type Job } from '@resole/protocol';
import type { Clock } from './ports.ts';

/** setTimeout's limit, ms; longer deadlines are looked at again when it has passed. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Deadlines {
  readonly #clock: Clock;
  readonly #rings: (id: string) => void;
  /** Per job: takes its timer back. */
  readonly #timers = new Map<string, () => void>();
  #closed = false;

  /** @param rings is told the job's id; whether its deadline is over by then, `isOver` says. */
  constructor(clock: Clock, rings: (id: string) => void) {
    this.#clock = clock;
    this.#rings = rings;
  }

  /**
   * Takes the job's deadline in place of the one that it had.
   * @param earliest ms that pass before it rings, however long the deadline is over
   */
  watch(job: Job, earliest = 0): void {
    this.#timers.get(job.id)?.();
    this.#timers.delete(job.id);
    if (this.#closed || finalStates.has(job.state) || job.deadline === undefined) return;
    const wait = Math.min(Math.max(this.#left(job.deadline), earliest), MAX_TIMER_MS);
    this.#timers.set(
      job.id,
      this.#clock.after(wait, () => this.#rings(job.id)),
    );
  }

  isOver({ deadline }: Job): boolean {
    return deadline !== undefined && this.#left(deadline) <= 0;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #left(deadline: string): number {
    return Date.parse(deadline) - this.#clock.now().getTime();
  }
}
