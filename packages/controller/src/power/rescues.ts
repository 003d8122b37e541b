/** The rescues under way: each job's once at a time, and none outlives the controller. */
import { type RescueDeps, rescue } from './rescue.ts';

interface RescuesDeps extends RescueDeps {
  log(message: string, fields: Record<string, unknown>): void;
}

export class Rescues {
  readonly #deps: RescuesDeps;
  readonly #running = new Map<string, Promise<void>>();

  constructor(deps: RescuesDeps) {
    this.#deps = deps;
  }

  /** Helps the job if it has to be, unless that is being done. */
  help(job: string): void {
    const { signal, log } = this.#deps;
    if (signal.aborted || this.#running.has(job)) return;
    const run = rescue(this.#deps, job)
      .catch((error) => log('a stalled job was not helped', { job, error }))
      .finally(() => this.#running.delete(job));
    this.#running.set(job, run);
  }

  /** Resolves when those that run have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
