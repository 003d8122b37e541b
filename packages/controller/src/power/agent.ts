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

/** Runs the job to its end. The machine's end is the proof: its connection ends, or its boot id changes. */
const carried = async (
  port: AgentPower,
  target: PowerTarget,
  kind: 'reboot' | 'shutdown',
  force: boolean,
  { signal }: PowerIo,
): Promise<'proven'> => {
  const { id } = await port.start(target.system, kind, force);
  try {
    for (;;) {
      const job = await port.job(id);
      if (job === undefined || finalStates.has(job.state) || job.state === 'stalled')
        return ended(id, job);
      await sleep(LOOK_MS, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) {
      await port.cancel(id).catch(() => undefined);
      signal.throwIfAborted();
    }
    throw error;
  }
};

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
      return carried(port, target, kind, force, io);
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
