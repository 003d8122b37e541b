/** How long an act may take. Its time stands still while a call of it waits in a queue for its turn. */
import type { PowerIo } from './driver.ts';
import type { PowerTime } from './limits.ts';

export interface AllowanceLimits {
  /** Seconds until it must have been seen. */
  deadlineSeconds: number;
  /** Seconds beyond it until whatever runs is cut off; none is cut off where it is absent. */
  graceSeconds?: number;
}

export class Allowance {
  readonly deadlineSeconds: number;
  readonly #now: PowerTime['now'];
  readonly #cut = new AbortController();
  /** Milliseconds of the deadline that passed before it last began to run. */
  #spent = 0;
  /** When it last began to run, by the power's clock; undefined while it stands still. */
  #since: number | undefined;
  /** Milliseconds until the cut, of real time. */
  #uncut: number | undefined;
  #armed: { timer: NodeJS.Timeout; at: number } | undefined;

  constructor({ deadlineSeconds, graceSeconds }: AllowanceLimits, now: PowerTime['now']) {
    this.deadlineSeconds = deadlineSeconds;
    this.#now = now;
    this.#uncut = graceSeconds === undefined ? undefined : (deadlineSeconds + graceSeconds) * 1000;
    this.go();
  }

  /** Aborted when the time with its grace is over. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  /** Seconds until the deadline. */
  left(): number {
    const running = this.#since === undefined ? 0 : this.#now() - this.#since;
    return this.deadlineSeconds - (this.#spent + running) / 1000;
  }

  go(): void {
    if (this.#since !== undefined) return;
    this.#since = this.#now();
    if (this.#uncut === undefined) return;
    const timer = setTimeout(() => this.#cut.abort(new Error('it took too long')), this.#uncut);
    this.#armed = { timer, at: performance.now() };
  }

  stop(): void {
    if (this.#since === undefined) return;
    this.#spent += this.#now() - this.#since;
    this.#since = undefined;
    if (this.#armed === undefined || this.#uncut === undefined) return;
    clearTimeout(this.#armed.timer);
    this.#uncut = Math.max(0, this.#uncut - (performance.now() - this.#armed.at));
    this.#armed = undefined;
  }

  /** Stands still during a wait that is not the act's own. */
  async during(wait: Promise<void>): Promise<void> {
    this.stop();
    try {
      await wait;
    } finally {
      this.go();
    }
  }

  /** What a call is given: the queue says when it waits and when it has its turn. */
  io(signal: AbortSignal): PowerIo {
    return { signal, waits: () => this.stop(), begins: () => this.go() };
  }
}
