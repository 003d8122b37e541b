/** How much runs at once: one question or order per BMC, so many in all, and power-ons in turn. */
import pLimit from 'p-limit';
import { Lines } from '../jobs/lines.ts';
import type { PowerActs, PowerDriver, PowerIo, PowerTarget } from './driver.ts';

export interface PowerLimits {
  /** Questions and orders under way at once, in all. */
  parallel: number;
  /** Seconds between the starts of two machines, so that no fuse blows. */
  staggerSeconds: number;
}

export interface PowerTime {
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds that go on steadily. */
  now(): number;
}

export class PowerQueue {
  /** One line per BMC. */
  readonly #lines = new Lines();
  readonly #places: ReturnType<typeof pLimit>;
  readonly #staggerMs: number;
  readonly #time: PowerTime;
  /** When the next machine may be started. */
  #nextOn = 0;

  constructor({ parallel, staggerSeconds }: PowerLimits, time: PowerTime) {
    this.#places = pLimit(parallel);
    this.#staggerMs = staggerSeconds * 1000;
    this.#time = time;
  }

  /** The same driver; what it asks waits until its BMC is free and there is a place. */
  limited(driver: PowerDriver): PowerDriver {
    const { acts, probe } = driver;
    const limited = <Rest extends [...unknown[], PowerIo], Result>(
      call: (target: PowerTarget, ...rest: Rest) => Promise<Result>,
    ) => {
      return (target: PowerTarget, ...rest: Rest): Promise<Result> => {
        const line = driver.queue(target);
        if (line === undefined) return call(target, ...rest);
        const io = rest.at(-1) as PowerIo;
        const begin = () => {
          io.begins?.();
          io.signal.throwIfAborted();
          return call(target, ...rest);
        };
        io.waits?.();
        return this.#lines.run(line, () => this.#places(begin));
      };
    };
    const waiting = Object.entries(acts).map(([action, act]) => {
      const call = act as (target: PowerTarget, io: PowerIo) => Promise<unknown>;
      return [action, limited(call)];
    });
    return {
      ...driver,
      acts: Object.fromEntries(waiting) as Partial<PowerActs>,
      ...(probe === undefined ? {} : { probe: limited(probe) }),
    };
  }

  /** Waits for this machine's turn to be switched on. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#time.now();
    const at = Math.max(now, this.#nextOn);
    this.#nextOn = at + this.#staggerMs;
    if (at > now) await this.#time.sleep((at - now) / 1000, signal);
  }
}
