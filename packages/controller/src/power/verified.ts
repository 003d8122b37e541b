/** Alterations that are believed only when they are seen. */
import { type PowerState, ResoleError } from '@resole/protocol';
import { Allowance } from './allowance.ts';
import type { Alteration, Outcome, PowerActs, PowerDriver, PowerTarget } from './driver.ts';
import { isFinal, isOff, notSupported } from './failures.ts';

/** Seconds from one question to the next; the last one again and again. */
export const LOOKS: readonly number[] = [1, 2, 2, 4, 6, 8, 12];

/** Seconds that lost packets are waited for before the power system is asked again. */
const RETRY_SECONDS = 2;
/** Orders and questions that got no answer are repeated so often. */
const RETRIES = 2;

export interface VerifiedOptions {
  /** Seconds until the change must have been seen. */
  deadlineSeconds: number;
  /** The time that is left of that; default: all of it, from now on. */
  allowance?: Allowance;
  signal: AbortSignal;
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds that go on steadily. */
  now(): number;
  /** Hears of every answer of the power system. */
  saw?(state: PowerState): void;
  /** Someone else who can tell, where the driver can't: the machine's agent. */
  otherwise?(): Promise<PowerState>;
  /** Waits for this machine's turn to be switched on. */
  turn?(): Promise<void>;
}

export interface Done {
  /** Absent after what doesn't change it. */
  state?: PowerState;
  changed: boolean;
  verified: boolean;
  /** Why it was not seen to happen, though the order was taken. */
  doubt?: string;
}

/** What the machine has to be in the end. */
const goals: Readonly<Record<Alteration, PowerState>> = {
  on: 'on',
  off: 'off',
  'soft-off': 'off',
  reset: 'on',
  cycle: 'on',
};

/** A machine that is on before and after has not shown that it was off. */
const restarts: ReadonlySet<Alteration> = new Set(['reset', 'cycle']);
/** What needs a turn: a machine that starts draws most. */
const starts: ReadonlySet<Alteration> = new Set(['on', 'cycle']);

/**
 * Does an alteration and asks for the state until it is as wanted.
 * @throws ResoleError the driver's; `power-not-verified` where the deadline passes; `power-is-off`
 * for a reset of a machine that is off.
 */
export const alter = async (
  driver: PowerDriver,
  action: Alteration,
  target: PowerTarget,
  options: VerifiedOptions,
): Promise<Done> => {
  const one = step(driver, target, options);
  const before = await one.ask();
  if (action === 'reset' && before === 'off') throw isOff(target);
  const goal = goals[action];
  if (!restarts.has(action) && before === goal) {
    return { state: goal, changed: false, verified: true };
  }
  // A machine that is off can't be cycled, but what is wanted is that it starts anew.
  if (action === 'cycle' && before === 'off') return one.go('on', 'on');
  if (action !== 'cycle') return one.go(action, goal);
  if (driver.acts.cycle !== undefined) {
    try {
      return await one.go(action, goal);
    } catch (error) {
      // The driver can, this BMC can't: many have no such order.
      if (!(error instanceof ResoleError && error.code === 'power-not-supported')) throw error;
    }
  }
  await one.go('off', 'off');
  return one.go('on', 'on');
};

/** One question, repeated where packets were lost. */
export const status = (
  driver: PowerDriver,
  target: PowerTarget,
  options: VerifiedOptions,
): Promise<PowerState> => step(driver, target, options).ask();

const step = (driver: PowerDriver, target: PowerTarget, options: VerifiedOptions) => {
  const { signal, sleep, now } = options;
  const { allowance = new Allowance(options, now) } = options;
  const left = () => allowance.left();
  const io = allowance.io(signal);

  /** What fails for want of an answer is tried again while there is time. */
  const persistently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (isFinal(error) || tries >= RETRIES || left() <= RETRY_SECONDS) throw error;
        await sleep(RETRY_SECONDS, signal);
      }
    }
  };

  const asked = async (): Promise<PowerState | undefined> => {
    const { status } = driver.acts;
    if (status === undefined) return options.otherwise?.();
    const state = await status(target, io);
    options.saw?.(state);
    return state;
  };
  const ask = () => persistently(async () => (await asked()) ?? ('unknown' satisfies PowerState));

  const watch = async (action: Alteration, goal: PowerState): Promise<Done> => {
    let last: PowerState | undefined;
    let wasOff = false;
    let problem: unknown;
    for (let index = 0; ; index += 1) {
      const pause = LOOKS[Math.min(index, LOOKS.length - 1)] ?? 1;
      if (index > 0 && left() <= 0) break;
      await sleep(Math.max(0.05, Math.min(pause, left())), signal);
      try {
        last = await asked();
        problem = undefined;
      } catch (error) {
        // A BMC may be silent while it works; what a password can't do it never will.
        if (isFinal(error)) throw error;
        problem = error;
      }
      wasOff ||= last === 'off';
      if (last === goal) {
        return { state: goal, changed: true, verified: wasOff || !restarts.has(action) };
      }
    }
    throw notSeen(target, action, last, problem, options.deadlineSeconds);
  };

  return {
    ask,
    go: async (action: Alteration, goal: PowerState): Promise<Done> => {
      const act: PowerActs[Alteration] | undefined = driver.acts[action];
      if (act === undefined) throw notSupported(target);
      if (starts.has(action) && options.turn) await allowance.during(options.turn());
      // An order whose answer was lost may have been carried out: a machine is not reset twice.
      const outcome: Outcome = restarts.has(action)
        ? await act(target, io)
        : await persistently(() => act(target, io));
      if (outcome === 'proven') return { state: goal, changed: true, verified: true };
      if (driver.acts.status === undefined && options.otherwise === undefined) {
        return { state: 'unknown', changed: true, verified: false };
      }
      return watch(action, goal);
    },
  };
};

const notSeen = (
  { name }: PowerTarget,
  action: Alteration,
  last: PowerState | undefined,
  problem: unknown,
  seconds: number,
): ResoleError => {
  const saw =
    problem instanceof Error
      ? `the last question got no answer: ${problem.message}`
      : `the power system took the order, and says that it is ${last ?? 'unknown'}`;
  return new ResoleError(
    'power-not-verified',
    `${action} of ${name} was not seen to happen in ${seconds} s: ${saw}`,
    {
      remedy:
        action === 'soft-off'
          ? `an OS may ignore the request: \`resole power off ${name}\` does not ask it`
          : `\`resole power test ${name}\` looks further; give it longer with --deadline`,
      cause: problem,
    },
  );
};
