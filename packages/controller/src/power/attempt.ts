/** One action on one system by one driver: in time, proven where it can be, and noted down. */
import {
  type BootChoice,
  type ErrorCode,
  type PowerAction,
  type PowerRequest,
  type PowerState,
  ResoleError,
} from '@resole/protocol';
import { hardSwitch, type RealDriver } from '../plan/switch.ts';
import { Allowance } from './allowance.ts';
import type { PowerDriver, PowerTarget } from './driver.ts';
import type { LastPowers } from './last.ts';
import type { PowerQueue, PowerTime } from './limits.ts';
import { untilOtherBoot } from './other-boot.ts';
import { type PowerSource, targetOf } from './target.ts';
import { alter, type Done, status, type VerifiedOptions } from './verified.ts';

export interface AttemptDeps {
  /** The boot of the system's machine, where its agent answers at this moment. */
  aliveBoot(system: string): Promise<string | undefined>;
  last: LastPowers;
  queue: PowerQueue;
  time: PowerTime;
  /** Seconds that a change may take until it is seen. */
  deadlineSeconds: number;
  /** What a driver may take beyond the deadline before it is cut off; default: a minute. */
  graceSeconds?: number;
  log(message: string, fields: Record<string, unknown>): void;
  /** Puts what plugins have to say around an alteration. */
  around<T>(
    power: { system: { id: string; name: string }; action: string; driver: string },
    alteration: () => Promise<T>,
  ): Promise<T>;
}

export type Order = Pick<PowerRequest, 'action' | 'driver' | 'boot' | 'deadline'>;

/** An OS needs longer to shut down by itself, or to boot, than a BMC to pull the plug. */
const SOFT_SECONDS = 300;
const GRACE_SECONDS = 60;

/** Whether an OS has to do its part until it is seen. */
const isSoft = (name: RealDriver, action: PowerAction): boolean =>
  action === 'soft-off' || name === 'agent' || name === 'wake-on-lan';

export const attempt = async (
  deps: AttemptDeps,
  name: RealDriver,
  driver: PowerDriver,
  source: PowerSource,
  { action, boot, deadline }: Order,
  outer: AbortSignal,
): Promise<Done> => {
  const { time, queue, log } = deps;
  const { id: system, name: systemName } = source.system;
  const soft = isSoft(name, action);
  const usual = soft ? Math.max(SOFT_SECONDS, deps.deadlineSeconds) : deps.deadlineSeconds;
  const deadlineSeconds = deadline ?? usual;
  // The agent's job is the order and the watching in one.
  const graceSeconds = name === 'agent' ? 0 : (deps.graceSeconds ?? GRACE_SECONDS);
  const allowance = new Allowance({ deadlineSeconds, graceSeconds }, time.now);
  const signal = AbortSignal.any([outer, allowance.cut]);
  let seen: PowerState | undefined;
  const options: VerifiedOptions = {
    ...time,
    saw: (state) => {
      seen = state;
    },
    signal,
    deadlineSeconds,
    allowance,
    turn: () => queue.turn(signal),
    ...(source.hasAgent ? { otherwise: () => byAgent(deps, system) } : {}),
  };
  try {
    const target = targetOf(source, name);
    driver.check(target);
    if (action === 'status') {
      return { state: await status(driver, target, options), changed: false, verified: true };
    }
    if (action === 'boot-device') {
      return await setBoot(driver, target, boot, allowance, signal);
    }
    const act = () =>
      name === 'agent'
        ? alter(driver, action, target, options)
        : untilOtherBoot(deps, target, action, options, () =>
            alter(driver, action, target, options),
          );
    // What the agent does is a job, which has its triggers itself.
    const done = await (name === 'agent'
      ? act()
      : deps.around({ system: { id: system, name: systemName }, action, driver: name }, act));
    if (name === 'agent') seen = done.state;
    log('power', { system: systemName, action, driver: name, ...done });
    return done;
  } catch (error) {
    const known = error instanceof ResoleError && error.code === 'power-not-verified';
    const cut = allowance.cut.aborted && !outer.aborted && !known;
    const late = cut ? tooLate(source, action, deadlineSeconds) : error;
    // Who can't be asked, or was not, has not failed to tell.
    const asked = driver.acts.status !== undefined && name !== 'agent' && action !== 'boot-device';
    const untold = late instanceof ResoleError && tellsNothing.has(late.code);
    if (asked && untold && seen === undefined && !outer.aborted) {
      await deps.last.missed(system, name, late);
    }
    log('power failed', {
      system: systemName,
      action,
      driver: name,
      problem: late instanceof Error ? late.message : String(late),
    });
    throw late;
  } finally {
    allowance.stop();
    if (seen !== undefined && tells(name, source, seen)) await deps.last.saw(system, name, seen);
  }
};

/** Errors after which nobody knows whether the machine is on. */
const tellsNothing: ReadonlySet<ErrorCode> = new Set([
  ...(['power-unreachable', 'power-wrong-password', 'power-wrong-cipher'] as const),
  ...(['power-no-privilege', 'power-untrusted', 'power-not-configured'] as const),
  ...(['power-failed', 'power-not-verified'] as const),
]);

/** An agent's word counts where nobody else can be asked, and its silence says nothing. */
const tells = (name: RealDriver, { system, facts }: PowerSource, seen: PowerState): boolean =>
  name !== 'agent' || (seen !== 'unknown' && hardSwitch(system, facts) === undefined);

const byAgent = async ({ aliveBoot }: AttemptDeps, system: string): Promise<PowerState> =>
  (await aliveBoot(system)) === undefined ? 'unknown' : 'on';

const setBoot = async (
  driver: PowerDriver,
  target: PowerTarget,
  boot: BootChoice | undefined,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<Done> => {
  if (boot === undefined) throw new ResoleError('invalid-input', 'boot-device needs a device');
  const outcome = await driver.acts['boot-device']?.(target, boot, allowance.io(signal));
  return { changed: true, verified: outcome === 'proven' };
};

const tooLate = ({ system }: PowerSource, action: PowerAction, seconds: number) =>
  new ResoleError('power-not-verified', `${action} of ${system.name} did not end in ${seconds} s`, {
    remedy: `\`resole power test ${system.name}\` looks further; give it longer with --deadline`,
  });
