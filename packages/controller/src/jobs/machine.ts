import { finalStates, type JobEventType, type JobKind, type JobState } from '@resole/protocol';

type Row = Partial<Record<JobEventType, JobState>>;
type Table = Record<JobState, Row>;

/** What the agent may still say of its steps without the state changing. */
const working = (state: JobState): Row => ({
  dispatched: state,
  accepted: state,
  'step-started': state,
  'step-done': state,
  'agent-left': state,
  'cancel-requested': state,
});

/** Signs of the installer: they hold in every state after the machine went down. */
const signs = (state: JobState): Row => ({
  'answer-file-fetched': 'installer-booted',
  'installer-started': 'installing',
  'installer-progress': 'installing',
  'installer-done': 'installed',
  'installer-failed': 'stalled',
  'new-agent-returned': 'returned',
  'wrong-os-returned': 'failed',
  'old-agent-returned': 'rolled-back',
  // Another machine has this one's credential: that one is turned away, and this one may yet come.
  'wrong-machine-refused': state,
});

const final: Row = {};

/**
 * State × event → state, for a reinstall. An event that has no entry changes nothing. Deadlines are
 * events like any other (`deadline-passed`); how long they are is the plan's to say.
 */
const reinstall: Table = {
  planned: { queued: 'queued', 'cancel-requested': 'cancelled', 'deadline-passed': 'failed' },
  queued: {
    dispatched: 'queued',
    accepted: 'staging',
    'step-failed': 'failed',
    'cancel-requested': 'cancelled',
    'deadline-passed': 'failed',
  },
  // The installer's signs count before the hand-over too: a machine that loses power after it was
  // armed for one boot comes up in the installer without having asked.
  staging: {
    ...working('staging'),
    armed: 'armed',
    'step-failed': 'failed',
    disarmed: 'cancelled',
    'answer-file-fetched': 'installer-booted',
    'deadline-passed': 'failed',
  },
  armed: {
    ...working('armed'),
    'handing-over': 'handing-over',
    // The firmware asks: the machine restarted by itself before it was told to.
    'boot-script-fetched': 'handing-over',
    'step-failed': 'failed',
    disarmed: 'cancelled',
    'answer-file-fetched': 'installer-booted',
    // Its answer file was on its medium.
    'installer-started': 'installing',
    'installer-failed': 'stalled',
    'deadline-passed': 'failed',
  },
  'handing-over': {
    ...signs('handing-over'),
    'step-started': 'handing-over',
    'step-done': 'handing-over',
    'boot-script-fetched': 'handing-over',
    'boot-files-fetched': 'handing-over',
    'agent-left': 'handing-over',
    'step-failed': 'failed',
    'deadline-passed': 'stalled',
  },
  'installer-booted': { ...signs('installer-booted'), 'deadline-passed': 'stalled' },
  installing: {
    ...signs('installing'),
    'answer-file-fetched': 'installing',
    'deadline-passed': 'stalled',
  },
  installed: {
    'wrong-machine-refused': 'installed',
    'installer-done': 'installed',
    // No agent will come.
    completed: 'done',
    'new-agent-returned': 'returned',
    'wrong-os-returned': 'failed',
    'old-agent-returned': 'rolled-back',
    'deadline-passed': 'stalled',
  },
  // Not an end: whichever OS comes up still tells its tale, until the last deadline.
  stalled: {
    ...signs('stalled'),
    // The machine could not be taken down, which was told late.
    'step-failed': 'failed',
    'step-started': 'stalled',
    'power-cycled': 'stalled',
    'power-failed': 'stalled',
    'cancel-requested': 'failed',
    'deadline-passed': 'failed',
  },
  returned: final,
  'powered-off': final,
  done: final,
  'rolled-back': final,
  failed: final,
  cancelled: final,
};

/** A reboot has no installer: the same agent's coming back is the success. */
const reboot: Table = {
  ...reinstall,
  'handing-over': {
    'agent-left': 'handing-over',
    // The agent can't take the machine down: its BMC is asked to.
    'hand-over-failed': 'stalled',
    'old-agent-returned': 'returned',
    'step-failed': 'failed',
    'deadline-passed': 'stalled',
  },
  stalled: {
    'old-agent-returned': 'returned',
    'step-started': 'stalled',
    'power-cycled': 'stalled',
    'power-failed': 'stalled',
    'step-failed': 'failed',
    'cancel-requested': 'failed',
    'deadline-passed': 'failed',
  },
};

/** A shutdown ends when the agent, having handed over, is gone and stays away. */
const shutdown: Table = {
  ...reboot,
  'handing-over': {
    ...reboot['handing-over'],
    'agent-back': 'handing-over',
    'step-started': 'handing-over',
    'agent-stayed-away': 'powered-off',
    'old-agent-returned': 'powered-off',
    completed: 'powered-off',
  },
  stalled: {
    ...reboot.stalled,
    'agent-left': 'handing-over',
    'old-agent-returned': 'powered-off',
    completed: 'powered-off',
  },
};

/** Off, and out of service: the controller switches it off by whatever can, and says when all is done. */
const decommission: Table = {
  ...reboot,
  'handing-over': {
    'step-done': 'handing-over',
    completed: 'powered-off',
    // Nothing can switch it, or tell.
    marked: 'done',
    'step-failed': 'failed',
    'deadline-passed': 'stalled',
  },
  stalled: {
    'step-done': 'stalled',
    completed: 'powered-off',
    'step-failed': 'failed',
    'cancel-requested': 'failed',
    'deadline-passed': 'failed',
  },
};

/** A state that jobs of a kind never come to; a record that says so all the same comes to an end. */
const unreached: Row = { 'deadline-passed': 'failed' };

/** Work on a machine that stays up: its agent says itself when all is done. */
const task: Table = {
  ...reinstall,
  staging: {
    ...working('staging'),
    completed: 'done',
    'step-failed': 'failed',
    disarmed: 'cancelled',
    // The machine went down in between: its agent begins again.
    'old-agent-returned': 'staging',
    'deadline-passed': 'failed',
  },
  armed: unreached,
  'handing-over': unreached,
  'installer-booted': unreached,
  installing: unreached,
  installed: unreached,
  stalled: unreached,
};

/**
 * What a host tells of a guest that installs is written down, and decides nothing; once it runs, only
 * the guest itself says that it is done.
 */
const tended = (state: JobState): Row => {
  const { completed: _, ...row } = reinstall[state];
  return { ...row, 'guest-reported': state };
};

/** A guest: its host's agent hands over to an installer that runs beside it, and stays. */
const virtCreate: Table = {
  ...reinstall,
  'handing-over': {
    ...signs('handing-over'),
    'guest-reported': 'handing-over',
    'step-done': 'handing-over',
    'boot-script-fetched': 'handing-over',
    'boot-files-fetched': 'handing-over',
    'agent-left': 'handing-over',
    // A guest that nobody answers for: that it was started is all.
    completed: 'done',
    'step-failed': 'failed',
    'deadline-passed': 'stalled',
  },
  'installer-booted': tended('installer-booted'),
  installing: tended('installing'),
  installed: tended('installed'),
  stalled: tended('stalled'),
};

export const tables: Record<JobKind, Table> = {
  reinstall,
  reboot,
  shutdown,
  decommission,
  'agent-update': task,
  'virt-create': virtCreate,
  virt: task,
};

/**
 * The next state, or undefined where the event means nothing in this state.
 * Pure; the only place that knows which state follows which.
 */
export const nextState = (
  kind: JobKind,
  state: JobState,
  event: JobEventType,
): JobState | undefined => (finalStates.has(state) ? undefined : tables[kind][state][event]);

/** Whether cancelling still leaves the machine as it is; `stalled` means giving the job up. */
export const canCancel = (kind: JobKind, state: JobState): boolean =>
  tables[kind][state]['cancel-requested'] !== undefined;
