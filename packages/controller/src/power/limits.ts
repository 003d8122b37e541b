/** How many orders run at once: one per BMC, so many in all, and power-ons one after the other. */
import pLimit from 'p-limit';
import { Lines } from '../jobs/lines.ts';

export interface PowerLimits {
  /** Orders and questions under way at once, in all. */
  parallel: number;
  /** Milliseconds between the starts of two machines, so that no fuse blows. */
  staggerMs: number;
}

export class PowerQueue {
  readonly #lines = new Lines();
  readonly #places: ReturnType<typeof pLimit>;
  readonly #staggerMs: number;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #now: () => number;
  /** When the next machine may be started. */
  #nextOn = 0;

  constructor(
    limits: PowerLimits,
    time: { sleep(ms: number, signal: AbortSignal): Promise<void>; now(): number },
  ) {
    this.#places = pLimit(limits.parallel);
    this.#staggerMs = limits.staggerMs;
    this.#sleep = time.sleep;
    this.#now = time.now;
  }

  /** Runs `work` when its BMC is free and there is a place. */
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    return this.#lines.run(key, () => this.#places(work));
  }

  /** Waits for this machine's turn to be switched on. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#staggerMs === 0) return;
    const now = this.#now();
    const at = Math.max(now, this.#nextOn);
    this.#nextOn = at + this.#staggerMs;
    if (at > now) await this.#sleep(at - now, signal);
  }
}
