/** The machine's own agent, by signed jobs like every other: hand-over, then silence or a new boot. */

import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorBody, finalStates, type Job, type PowerState, ResoleError } from '@resole/protocol';
import type { PowerDriver, PowerIo, PowerTarget } from './driver.ts';

/** What the driver needs of the rest of the controller. */
export interface AgentPower {
  /** Whether the system's agent is connected; undefined where it has none. */
  isOnline(system: string): Promise<boolean | undefined>;
  start(system: string, kind: 'reboot' | 'shutdown', force: boolean): Promise<Job>;
  job(id: string): Promise<Job | undefined>;
  /** Takes it back where that is still possible. */
  cancel(id: string): Promise<void>;
}

/** How often a job is looked at, ms: it is read from memory. */
const LOOK_MS = 100;

/** A plan waits for an agent's facts, and one that hangs sends none: what comes too late is taken back. */
const started = async (
  port: AgentPower,
  starting: Promise<Job>,
  signal: AbortSignal,
): Promise<Job> => {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([starting, cut]);
  } catch (error) {
    void starting.then(({ id }) => port.cancel(id)).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Runs the job to its end. The machine's end is the proof: its connection ends, or its boot id changes. */
const carried = async (
  port: AgentPower,
  target: PowerTarget,
  kind: 'reboot' | 'shutdown',
  force: boolean,
  { signal }: PowerIo,
): Promise<'proven'> => {
  const { id } = await started(port, port.start(target.system, kind, force), signal);
  try {
    for (;;) {
      const job = await port.job(id);
      if (job === undefined || finalStates.has(job.state) || job.state === 'stalled')
        return ended(id, job);
      await sleep(LOOK_MS, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) {
      await port.cancel(id).catch((late: unknown) => {
        throw handedOver(late) ? tooLateToTakeBack(target, id) : signal.reason;
      });
      signal.throwIfAborted();
    }
    throw error;
  }
};

const handedOver = (error: unknown): boolean =>
  error instanceof ResoleError && error.code === 'job-past-point-of-no-return';

const tooLateToTakeBack = ({ name }: PowerTarget, job: string): ResoleError =>
  new ResoleError(
    'power-not-verified',
    `the agent of ${name} was told to go on, and nothing was heard of it in time: it may still happen`,
    { remedy: `\`resole job show ${job}\` follows it` },
  );

const ended = (id: string, job: Job | undefined): 'proven' => {
  if (job?.state === 'returned' || job?.state === 'powered-off') return 'proven';
  const { code, message, remedy } =
    job?.error ?? ErrorBody.parse({ code: 'internal', message: 'it is gone' });
  throw new ResoleError(
    code === 'deadline-passed' ? 'power-not-verified' : code,
    `job ${id} ended ${job?.state ?? 'nowhere'}: ${message}`,
    remedy === undefined ? {} : { remedy },
  );
};

/** An agent that is there again has a machine that is on, whatever became of the job. */
const staysAway = async (port: AgentPower, { system, name }: PowerTarget): Promise<void> => {
  if ((await port.isOnline(system)) !== true) return;
  throw new ResoleError(
    'power-not-verified',
    `the agent of ${name} was gone and is back: the machine did not stay off`,
    { remedy: `see \`resole power status ${name}\`, and try again` },
  );
};

const online = async (port: AgentPower, target: PowerTarget): Promise<void> => {
  const state = await port.isOnline(target.system);
  if (state === true) return;
  throw new ResoleError(
    'agent-offline',
    state === undefined
      ? `${target.name} has no agent`
      : `the agent of ${target.name} is not connected`,
    {
      remedy: `is the machine on? Wake it: \`resole power on ${target.name} --driver wake-on-lan\``,
    },
  );
};

export const agentDriver = (port: AgentPower): PowerDriver => {
  const act =
    (kind: 'reboot' | 'shutdown', force: boolean) =>
    async (target: PowerTarget, io: PowerIo): Promise<'proven'> => {
      await online(port, target);
      const outcome = await carried(port, target, kind, force, io);
      if (kind === 'shutdown') await staysAway(port, target);
      return outcome;
    };
  return {
    about: "the machine's own agent, where it is connected",
    needs: 'an enrolled agent',
    check: () => {},
    queue: () => undefined,
    acts: {
      status: async ({ system }): Promise<PowerState> =>
        (await port.isOnline(system)) === true ? 'on' : 'unknown',
      off: act('shutdown', true),
      'soft-off': act('shutdown', false),
      reset: act('reboot', true),
    },
  };
};
