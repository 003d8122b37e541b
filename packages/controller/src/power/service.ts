/** Switches systems: chooses the driver, does the act, sees to it that it came true, notes it down. */
import {
  type PowerAction,
  type PowerFinding,
  type PowerRequest,
  type PowerResult,
  ResoleError,
} from '@resole/protocol';
import { Lines } from '../jobs/lines.ts';
import type { RealDriver } from '../plan/switch.ts';
import { type AttemptDeps, attempt, type Order } from './attempt.ts';
import { examine } from './examine.ts';
import type { PowerDrivers } from './index.ts';
import { candidates, type PowerSource } from './target.ts';

export interface PowerServiceDeps extends AttemptDeps {
  drivers: PowerDrivers;
  /** By id, name, host name, MAC or UUID. @throws ResoleError `not-found` */
  source(ref: string): Promise<PowerSource>;
}

/** Facts that another driver would find too. */
const noFallback: ReadonlySet<string> = new Set([
  ...['power-is-off', 'not-found', 'job-running', 'refused-by-plugin', 'plugin-failed'],
]);

export class PowerService {
  readonly #deps: PowerServiceDeps;
  /** Alterations of one system wait for each other. */
  readonly #lines = new Lines();
  readonly #drivers: PowerDrivers;

  constructor(deps: PowerServiceDeps) {
    this.#deps = deps;
    this.#drivers = Object.fromEntries(
      Object.entries(deps.drivers).map(([name, driver]) => [name, deps.queue.limited(driver)]),
    ) as unknown as PowerDrivers;
  }

  /**
   * One action on many systems, each told as soon as it is done; none fails the others. One that is
   * named twice, by its name and its id, is meant once.
   */
  async many(
    request: PowerRequest,
    told: (result: PowerResult) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { systems, ...order } = request;
    const idOf = (ref: string): Promise<string> =>
      this.#deps.source(ref).then(
        ({ system }) => system.id,
        () => ref,
      );
    const meant = new Set(await Promise.all(systems.map(idOf)));
    await Promise.all([...meant].map(async (ref) => told(await this.one(ref, order, signal))));
  }

  /** What is wrong with its power, in words; asked in turn like everything else. */
  async examine(ref: string, signal: AbortSignal): Promise<PowerFinding[]> {
    return examine(this.#drivers, await this.#deps.source(ref), signal);
  }

  /**
   * One action on one system. Never throws: what went wrong is in the result.
   * @param due whether it is still wanted when the system's turn comes
   */
  async one(
    ref: string,
    order: Order,
    signal: AbortSignal,
    due?: () => Promise<boolean>,
  ): Promise<PowerResult> {
    const { time } = this.#deps;
    const start = time.now();
    const reasons: string[] = [];
    let result: Partial<PowerResult> & { name?: string } = {};
    try {
      const source = await this.#deps.source(ref);
      result = { system: source.system.id, name: source.system.name };
      const work = async () => {
        if (due === undefined || (await due())) return this.#try(source, order, reasons, signal);
        throw new ResoleError(
          'cancelled',
          `${order.action} of ${source.system.name}: not wanted any more`,
        );
      };
      const done =
        order.action === 'status' ? await work() : await this.#lines.run(source.system.id, work);
      result = { ...result, ...done };
    } catch (error) {
      const { driver, cause } =
        error instanceof Tried ? error : { driver: undefined, cause: error };
      const body =
        cause instanceof ResoleError
          ? cause.toBody()
          : ({ code: 'internal', message: String(cause) } as const);
      if (!(cause instanceof ResoleError)) {
        this.#deps.log('power', { system: result.name ?? ref, action: order.action, error: cause });
      }
      result = { ...result, ...(driver === undefined ? {} : { driver }), error: body };
    }
    return {
      system: ref,
      name: ref,
      action: order.action,
      changed: false,
      verified: false,
      ...result,
      reasons,
      seconds: Math.round(time.now() - start) / 1000,
    };
  }

  /** Tries the candidates in turn. */
  async #try(source: PowerSource, order: Order, reasons: string[], signal: AbortSignal) {
    const names = candidates(source, order.driver).filter((name) => this.#can(name, order.action));
    if (names.length === 0) {
      const asked = order.driver ?? source.system.power?.driver ?? 'auto';
      throw new ResoleError(
        'power-not-supported',
        `${order.action} of ${source.system.name}: no driver of it (${asked}) can do that`,
        { remedy: `${this.#able(order.action)} can: see docs/power.md` },
      );
    }
    let last: unknown;
    for (const [index, name] of names.entries()) {
      try {
        const driver = this.#drivers[name];
        const { doubt, ...done } = await attempt(this.#deps, name, driver, source, order, signal);
        if (doubt !== undefined) reasons.push(doubt);
        return { driver: name, ...done };
      } catch (error) {
        const code = error instanceof ResoleError ? error.code : 'internal';
        last = new Tried(name, error);
        if (index === names.length - 1 || noFallback.has(code) || signal.aborted) break;
        reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw last;
  }

  /** The drivers that can do it, for people. */
  #able(action: PowerAction): string {
    const names = Object.keys(this.#drivers) as RealDriver[];
    return names.filter((name) => this.#can(name, action)).join(', ');
  }

  #can(name: RealDriver, action: PowerAction): boolean {
    const { acts } = this.#drivers[name];
    if (action === 'cycle' && acts.off !== undefined && acts.on !== undefined) return true;
    return acts[action] !== undefined;
  }
}

/** Which driver it was that failed. */
class Tried extends Error {
  readonly driver: RealDriver;

  constructor(driver: RealDriver, cause: unknown) {
    super('tried in vain', { cause });
    this.driver = driver;
  }
}
