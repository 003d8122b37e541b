/** What a power driver is: functions by action. Having one is the capability. */
import type { BootChoice, PowerAction, PowerState } from '@resole/protocol';

/** The machine that is meant, and how its power system is reached. */
export interface PowerTarget {
  /** Id and name of the system. */
  system: string;
  name: string;
  address?: string;
  port?: number;
  user?: string;
  /** In the clear, for the driver alone. */
  password?: string;
  /** The driver's own options, unchecked. */
  options: Readonly<Record<string, string | number | boolean>>;
  macs: readonly string[];
  /** Broadcast addresses of the networks that the machine is known to be in. */
  broadcasts?: readonly string[];
  /** Where it is a guest: id and name of its host's system, and libvirt's UUID of it. */
  guest?: { host: string; hostName: string; uuid: string };
}

export interface PowerIo {
  /** Ends what is under way; programs are killed. */
  signal: AbortSignal;
  /** Told by the queue in front of a driver: the call waits from now on, and now it begins. */
  waits?(): void;
  begins?(): void;
}

/**
 * `sent`: the power system took the order, what comes of it has to be asked for. `proven`: the
 * driver has seen it done.
 */
export type Outcome = 'sent' | 'proven';

type Alter = (target: PowerTarget, io: PowerIo) => Promise<Outcome>;

/**
 * Each throws ResoleError: `power-unreachable` (may be tried again), and what is final at once:
 * `power-wrong-password`, `power-wrong-cipher`, `power-no-privilege`, `power-untrusted`,
 * `power-not-configured` (a field or option is missing or wrong), `power-is-off`, `power-failed`.
 */
export interface PowerActs {
  status(target: PowerTarget, io: PowerIo): Promise<PowerState>;
  on: Alter;
  off: Alter;
  'soft-off': Alter;
  reset: Alter;
  cycle: Alter;
  'boot-device'(target: PowerTarget, boot: BootChoice, io: PowerIo): Promise<Outcome>;
}

/** Actions that change the power. */
export type Alteration = Exclude<PowerAction, 'status' | 'boot-device'>;

export interface PowerDriver {
  /** One line for docs/power.md. */
  about: string;
  /** Fields and options that operators give it, for docs/power.md. */
  needs: string;
  acts: Partial<PowerActs>;
  /**
   * Throws `power-not-configured` where the target lacks something; touches nothing. Drivers say the
   * same when they are used.
   */
  check(target: PowerTarget): void;
  /**
   * Where this power system answers: orders to one of them wait for each other. Undefined where
   * there is nothing to wait for.
   */
  queue(target: PowerTarget): string | undefined;
  /**
   * Finds out, without changing anything, whether alterations are allowed where asking is.
   * @throws ResoleError `power-no-privilege`
   */
  probe?(target: PowerTarget, io: PowerIo): Promise<void>;
  /** What is unwise about this target, for people. */
  warnings?(target: PowerTarget): string[];
}

export const capabilities = (driver: PowerDriver): PowerAction[] =>
  Object.keys(driver.acts) as PowerAction[];
