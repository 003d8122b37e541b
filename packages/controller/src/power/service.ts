/** Switches systems: chooses the driver, does the act, sees to it that it came true, notes it down. */
import {
  type BootChoice,
  type PowerAction,
  type PowerRequest,
  type PowerResult,
  type PowerState,
  ResoleError,
} from '@resole/protocol';
import { Lines } from '../jobs/lines.ts';
import type { RealDriver } from '../plan/switch.ts';
import type { PowerDriver, PowerTarget } from './driver.ts';
import type { PowerDrivers } from './index.ts';
import type { LastPowers } from './last.ts';
import type { PowerQueue, PowerTime } from './limits.ts';
import { untilOtherBoot } from './other-boot.ts';
import { candidates, type PowerSource, targetOf } from './target.ts';
import { alter, type Done, status, type VerifiedOptions } from './verified.ts';

export interface PowerServiceDeps {
  drivers: PowerDrivers;
  /** By id, name, host name, MAC or UUID. @throws ResoleError `not-found` */
  source(ref: string): Promise<PowerSource>;
  agentOnline(system: string): Promise<boolean | undefined>;
  /** The boot of the system's machine, where its agent answers at this moment. */
  aliveBoot(system: string): Promise<string | undefined>;
  last: LastPowers;
  queue: PowerQueue;
  time: PowerTime;
  /** Seconds that a change may take until it is seen. */
  deadlineSeconds: number;
  log(message: string, fields: Record<string, unknown>): void;
  /** Puts what plugins have to say around an alteration. */
  around<T>(
    power: { system: { id: string; name: string }; action: string; driver: string },
    alteration: () => Promise<T>,
  ): Promise<T>;
}

/** An OS needs longer to shut down by itself than a BMC to pull the plug. */
const SOFT_SECONDS = 300;
/** What a driver may take beyond the deadline before it is cut off. */
const GRACE_SECONDS = 60;

type Order = Pick<PowerRequest, 'action' | 'driver' | 'boot' | 'deadline'>;

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

  /** One action on many systems, each told as soon as it is done; none fails the others. */
  async many(
    request: PowerRequest,
    told: (result: PowerResult) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { systems, ...order } = request;
    await Promise.all(
      [...new Set(systems)].map(async (ref) => told(await this.one(ref, order, signal))),
    );
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
        const done = await this.#with(name, source, order, signal);
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

  async #with(
    name: RealDriver,
    source: PowerSource,
    { action, boot, deadline }: Order,
    outer: AbortSignal,
  ): Promise<Done> {
    const { time, queue, last, deadlineSeconds } = this.#deps;
    const driver: PowerDriver = this.#drivers[name];
    const system = source.system.id;
    const soft = action === 'soft-off' || name === 'agent';
    const seconds = deadline ?? (soft ? Math.max(SOFT_SECONDS, deadlineSeconds) : deadlineSeconds);
    // The agent's job is the order and the watching in one.
    const grace = name === 'agent' ? 0 : GRACE_SECONDS;
    const cut = AbortSignal.timeout((seconds + grace) * 1000);
    const signal = AbortSignal.any([outer, cut]);
    let seen: PowerState | undefined;
    const options: VerifiedOptions = {
      ...time,
      saw: (state) => {
        seen = state;
      },
      signal,
      deadlineSeconds: seconds,
      ...(source.hasAgent ? { otherwise: () => this.#byAgent(system) } : {}),
    };
    try {
      const target = targetOf(source, name);
      driver.check(target);
      if (action === 'status') {
        const state = await status(driver, target, options);
        return { state, changed: false, verified: true };
      }
      if (action === 'boot-device') return await this.#boot(driver, target, boot, signal);
      if (action === 'on' || action === 'cycle') await queue.turn(signal);
      const { id, name: systemName } = source.system;
      const act = () =>
        name === 'agent'
          ? alter(driver, action, target, options)
          : untilOtherBoot(this.#deps, target, action, options, () =>
              alter(driver, action, target, options),
            );
      // What the agent does is a job, which has its triggers itself.
      const done = await (name === 'agent'
        ? act()
        : this.#deps.around({ system: { id, name: systemName }, action, driver: name }, act));
      this.#deps.log('power', { system: source.system.name, action, driver: name, ...done });
      return done;
    } catch (error) {
      const known = error instanceof ResoleError && error.code === 'power-not-verified';
      const late =
        cut.aborted && !outer.aborted && !known ? tooLate(source, action, seconds) : error;
      const silent = late instanceof ResoleError && late.code === 'power-unreachable';
      if (silent && seen === undefined && name !== 'agent') await last.missed(system, name, late);
      this.#deps.log('power failed', {
        system: source.system.name,
        action,
        driver: name,
        problem: late instanceof Error ? late.message : String(late),
      });
      throw late;
    } finally {
      if (seen !== undefined && name !== 'agent') await last.saw(system, name, seen);
    }
  }

  async #boot(
    driver: PowerDriver,
    target: PowerTarget,
    boot: BootChoice | undefined,
    signal: AbortSignal,
  ): Promise<Done> {
    if (boot === undefined) throw new ResoleError('invalid-input', 'boot-device needs a device');
    const outcome = await driver.acts['boot-device']?.(target, boot, { signal });
    return { changed: true, verified: outcome === 'proven' };
  }

  async #byAgent(system: string): Promise<PowerState> {
    return (await this.#deps.agentOnline(system)) === true ? 'on' : 'unknown';
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

const tooLate = ({ system }: PowerSource, action: PowerAction, seconds: number) =>
  new ResoleError('power-not-verified', `${action} of ${system.name} did not end in ${seconds} s`, {
    remedy: `\`resole power test ${system.name}\` looks further; give it longer with --deadline`,
  });
