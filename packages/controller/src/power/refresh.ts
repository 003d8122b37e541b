/** Asks every power system for its state now and then: with jitter, and ever less where none answers. */
import type { PowerResult, System } from '@resole/protocol';

export interface RefreshDeps {
  /** Those that something can be asked about. */
  systems(): Promise<System[]>;
  /** @returns whether it answered. */
  ask(system: System, signal: AbortSignal): Promise<boolean>;
  /** Seconds between two questions to one system; 0 asks never. */
  everySeconds: number;
  now(): number;
  /** 0 to 1. */
  random(): number;
  log(message: string, fields: Record<string, unknown>): void;
}

/** Silent ones are asked less and less, but at least so often, in seconds. */
const SELDOM = 3600;
/** Of the interval, to either side. */
const JITTER = 0.2;
/** How often it is looked whose turn it is. */
const TICK_MS = 1000;

/** Whether the system's first choice has told: where its agent stands in for a silent BMC, that is silent. */
export const answered = ({ error, reasons }: Pick<PowerResult, 'error' | 'reasons'>): boolean =>
  error === undefined && reasons.length === 0;

interface Turn {
  at: number;
  failures: number;
}

export class PowerRefresh {
  readonly #deps: RefreshDeps;
  readonly #turns = new Map<string, Turn>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: RefreshDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#deps.everySeconds === 0) return;
    this.#timer = setInterval(() => void this.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Asks those whose turn it is. */
  async tick(): Promise<void> {
    const { systems, now, log } = this.#deps;
    try {
      const all = await systems();
      const known = new Set(all.map(({ id }) => id));
      for (const id of this.#turns.keys()) if (!known.has(id)) this.#turns.delete(id);
      for (const system of all) {
        const turn = this.#turns.get(system.id) ?? this.#first(system.id);
        if (turn.at <= now() && !this.#asking.has(system.id)) this.#ask(system, turn);
      }
    } catch (error) {
      log('the power systems could not be asked', { error });
    }
  }

  /** The first round is spread over the interval. */
  #first(id: string): Turn {
    const { now, random, everySeconds } = this.#deps;
    const turn = { at: now() + random() * everySeconds * 1000, failures: 0 };
    this.#turns.set(id, turn);
    return turn;
  }

  #ask(system: System, { failures }: Turn): void {
    const { ask, now, log } = this.#deps;
    const asking = ask(system, this.#end.signal)
      .catch((error) => {
        log('a power system could not be asked', { system: system.name, error });
        return false;
      })
      .then((answered) => {
        this.#asking.delete(system.id);
        const count = answered ? 0 : failures + 1;
        this.#turns.set(system.id, { at: now() + this.#wait(count) * 1000, failures: count });
      });
    this.#asking.set(system.id, asking);
  }

  /** Seconds. */
  #wait(failures: number): number {
    const { everySeconds, random } = this.#deps;
    const steady = Math.min(everySeconds * 2 ** failures, Math.max(SELDOM, everySeconds));
    return steady * (1 - JITTER + 2 * JITTER * random());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#end.abort();
    await Promise.all(this.#asking.values());
  }
}
