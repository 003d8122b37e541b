import {
  type ErrorBody,
  finalStates,
  type Job,
  type JobEventType,
  type JobState,
  type Progress,
} from '@resole/protocol';
import { AWAY_SECONDS, isLeaving } from './away.ts';
import { nextState } from './machine.ts';

/** Something that happened to a job, as the runner hears of it. */
export interface Happening {
  type: JobEventType;
  message?: string;
  error?: ErrorBody;
  progress?: Progress;
  /** What was found out, with `completed`. */
  result?: unknown;
  /** Boot id of the agent, with `handing-over`. */
  bootId?: string;
  /** The agent's sequence number, where it is the agent's word. */
  sequence?: number;
}

/** Seconds that a failed installer's machine is given to come back as what it was. */
const COME_BACK_SECONDS = 900;

/** Events kept per job; repeated progress is folded into one, so this is never reached in practice. */
const MAX_EVENTS = 400;

const signOf: Partial<Record<JobEventType, string>> = {
  accepted: 'the agent accepted the job',
  'handing-over': 'the agent handed over',
  completed: 'all was done',
  'agent-back': 'the agent is back',
  'boot-script-fetched': 'the firmware fetched its boot script',
  'boot-files-fetched': 'the firmware fetched kernel and initrd',
  'answer-file-fetched': 'the installer fetched its answer file',
  'installer-started': 'the installer started',
  'installer-progress': 'the installer reported progress',
  'guest-reported': "the guest's host told of it",
  'power-cycled': 'the machine was power-cycled',
  'installer-done': 'the installer reported that it is done',
  'installer-failed': 'the installer reported that it failed',
  'new-agent-returned': "the new OS's agent connected",
  'wrong-os-returned': 'another OS than expected came up',
  'old-agent-returned': "the old OS's agent connected",
};

const reasons: Partial<Record<JobEventType, (job: Job) => ErrorBody>> = {
  'deadline-passed': (job) => ({
    code: 'deadline-passed',
    message: `nothing was heard in state ${job.state} within its deadline; last sign: ${lastSign(job)}`,
    remedy:
      'look at the console of the machine; a reset leads back to the old OS if its disk is intact',
  }),
  'old-agent-returned': (job) => ({
    code: 'rolled-back',
    message: `the old OS came back; last sign: ${lastSign(job)}`,
    remedy: `see \`resole job log ${job.id}\` for what the installer said`,
  }),
  'cancel-requested': () => ({ code: 'cancelled', message: 'given up by an operator' }),
};

const lastSign = (job: Job): string =>
  job.lastSign === undefined ? 'none' : `${job.lastSign.what} (${job.lastSign.at})`;

const deadlineOf = (job: Job, state: JobState, event: Happening, now: Date): string | undefined => {
  if (finalStates.has(state)) return undefined;
  const seconds = isLeaving(job.kind, state, event.type)
    ? AWAY_SECONDS
    : state === 'stalled' && event.type === 'installer-failed'
      ? COME_BACK_SECONDS
      : job.plan.deadlines[state];
  return seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000).toISOString();
};

/** What happens without the installer being any further. */
const lifeless: ReadonlySet<JobEventType> = new Set([
  'cancel-requested',
  'agent-left',
  'guest-reported',
  'wrong-machine-refused',
]);

/**
 * What was just said is not written down again: a phase of the installer, a guest that restarts in
 * circles, a machine that asks for what it does not get.
 */
const isRepeated = (job: Job, event: Happening): boolean => {
  if (event.type === 'installer-progress') return event.progress?.phase === job.progress?.phase;
  const last = job.events.at(-1);
  const isSaidAgain = event.type === 'guest-reported' || event.type === 'wrong-machine-refused';
  return isSaidAgain && last?.type === event.type && last.message === event.message;
};

/** Ends that are what was asked for: an error on the way there is forgotten. */
const successes: ReadonlySet<JobState> = new Set(['returned', 'powered-off', 'done']);

/** The error that the job carries from now on: an installer's own reason outlives what follows it. */
const errorOf = (job: Job, state: JobState, event: Happening): ErrorBody | undefined => {
  if (event.error) return event.error;
  if (state === 'rolled-back' && job.error?.code === 'installer-failed') {
    return { ...job.error, message: `${job.error.message}; the old OS came back` };
  }
  if (state === 'failed' && job.error) return job.error;
  const reason = state === 'failed' || state === 'stalled' || state === 'rolled-back';
  if (reason) return reasons[event.type]?.(job) ?? job.error;
  return successes.has(state) ? undefined : job.error;
};

/**
 * The job's record after something happened, or undefined where it means nothing now. Pure. A state
 * that is entered again by a sign of life gets its deadline anew.
 */
export const record = (job: Job, event: Happening, now: Date): Job | undefined => {
  const state = nextState(job.kind, job.state, event.type);
  if (state === undefined) return undefined;
  const at = now.toISOString();
  const { deadline, error, ...rest } = job;
  const alive =
    state !== job.state || isLeaving(job.kind, state, event.type) || !lifeless.has(event.type);
  const due = alive ? deadlineOf(job, state, event, now) : deadline;
  const reason = errorOf(job, state, event);
  const sign = signOf[event.type];
  const line = {
    type: event.type,
    at,
    state,
    ...(event.message === undefined ? {} : { message: event.message }),
    ...(event.error === undefined ? {} : { error: event.error }),
  };
  return {
    ...rest,
    revision: job.revision + 1,
    updatedAt: at,
    state,
    ...(due === undefined ? {} : { deadline: due }),
    ...(reason === undefined ? {} : { error: reason }),
    ...(sign === undefined ? {} : { lastSign: { what: sign, at } }),
    ...(event.progress === undefined ? {} : { progress: event.progress }),
    ...(event.result === undefined ? {} : { result: event.result }),
    ...(event.bootId === undefined ? {} : { bootIdBefore: event.bootId }),
    cancelRequested: job.cancelRequested || event.type === 'cancel-requested',
    sequence: Math.max(job.sequence, event.sequence ?? 0),
    events: isRepeated(job, event) ? job.events : [...job.events, line].slice(-MAX_EVENTS),
  };
};
