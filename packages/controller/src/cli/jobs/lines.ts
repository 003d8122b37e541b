import type { JobEvent, JobState, JobView, Progress } from '@resole/protocol';

/** Words for what the machine is doing in a state, for people who watch. */
const doing: Record<JobState, string> = {
  planned: 'planned',
  queued: 'waiting for the agent',
  staging: 'the agent downloads and checks',
  armed: 'the next boot is set',
  'handing-over': 'the machine goes down for the installer',
  'installer-booted': 'the installer is up',
  installing: 'installing',
  installed: 'installed; waiting for the new OS',
  stalled: 'no sign of the machine',
  returned: "done: the new OS's agent is back",
  'powered-off': 'done: the machine is off',
  done: 'done',
  'rolled-back': 'rolled back: the old OS is back',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Seconds since the job was made, as `+ 12.3 s`. */
export const sinceStart = (job: Pick<JobView, 'createdAt'>, at: string): string =>
  `+${((Date.parse(at) - Date.parse(job.createdAt)) / 1000).toFixed(1).padStart(6)} s`;

/** One event as a line: when, in which state it left the job, what it was. */
export const eventLine = (job: Pick<JobView, 'createdAt'>, event: JobEvent): string =>
  [
    sinceStart(job, event.at),
    event.state.padEnd(16),
    event.type + (event.message === undefined ? '' : `: ${event.message}`),
  ].join('  ');

export const progressText = (progress: Progress): string =>
  [
    progress.phase,
    progress.percent === undefined ? undefined : `${Math.round(progress.percent)} %`,
    progress.message === progress.phase ? undefined : progress.message,
  ]
    .filter((part) => part !== undefined)
    .join(', ');

/** Where that is something else than for a reinstall. */
const doingOtherwise: Partial<Record<JobView['kind'], Partial<Record<JobState, string>>>> = {
  reboot: { returned: 'done: the machine is back', 'handing-over': 'the machine reboots' },
  shutdown: { 'handing-over': 'the machine goes off' },
  decommission: {
    'handing-over': 'the machine goes off',
    'powered-off': 'done: the machine is off and out of service',
    done: 'done: out of service; whether the machine is off nobody can tell',
  },
};

/** What a job is doing, in one phrase. */
export const stateText = ({ kind, state }: Pick<JobView, 'state' | 'kind'>): string =>
  doingOtherwise[kind]?.[state] ?? doing[state];
