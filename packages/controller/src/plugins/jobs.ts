/**
 * Jobs and the triggers around them: reinstalls and the making of guests are `install`, what an agent
 * switches is `power`, and a decommissioning edits its system.
 */
import { finalStates, type Job, type JobView, type System } from '@resole/protocol';
import { outOfService } from '../inventory/systems.ts';
import type { EventFields, Subject } from './events.ts';
import type { PowerEvent } from './power.ts';
import type { Triggers } from './triggers.ts';

/** A job without what its answer file is made of. */
const viewOf = ({ answer: _, ...job }: Job): JobView => job;

const switching: ReadonlySet<string> = new Set(['start', 'shutdown', 'destroy', 'reset']);

/** What a job does to a machine's power, and by what; undefined where that is not what it is for. */
const powerOf = ({ id, kind, system, systemName, plan }: Job): PowerEvent | undefined => {
  const about = { system: { id: system, name: systemName }, job: id };
  if (kind === 'reboot' || kind === 'shutdown') return { ...about, action: kind, driver: 'agent' };
  const [act] = kind === 'virt' ? plan.steps : [];
  return act?.step === 'guest' && switching.has(act.args.action)
    ? { ...about, action: act.args.action, driver: 'guest' }
    : undefined;
};

/** What a job is to those who listen. */
const subjectOf = (job: Job): Extract<Subject, 'install' | 'power' | 'system-edit'> | undefined => {
  if (job.kind === 'reinstall' || job.kind === 'virt-create') return 'install';
  if (job.kind === 'decommission') return 'system-edit';
  return powerOf(job) === undefined ? undefined : 'power';
};

const editOf = (old: System | undefined) =>
  ({ noun: 'system', verb: 'edit', old, input: outOfService }) as const;

/**
 * Asks the plugins of a job that is planned and about to be sent.
 * @throws ResoleError `refused-by-plugin`, `plugin-failed`: there is no job then.
 */
export const beforeJob = async (
  triggers: Triggers,
  job: Job,
  systemOf: (id: string) => Promise<System | undefined>,
): Promise<void> => {
  const subject = subjectOf(job);
  if (subject === undefined || !triggers.wants(subject)) return;
  if (subject === 'install') await triggers.before(subject, { job: viewOf(job) });
  else if (subject === 'power') await triggers.before(subject, { power: powerOf(job) });
  else await triggers.before(subject, editOf(await systemOf(job.system)));
};

/** Tells of the job's end, whatever that is (`job.state`); of every other state, nothing. */
export const afterJob = async (triggers: Triggers, job: Job): Promise<void> => {
  if (!finalStates.has(job.state)) return;
  const subject = subjectOf(job);
  if (subject === undefined || !triggers.wants(subject)) return;
  if (subject === 'install') await triggers.after(subject, { job: viewOf(job) });
  else if (subject === 'power') await triggers.after(subject, outcomeOf(job));
};

/** Tells of a system that went out of service. */
export const afterRetirement = async (
  triggers: Triggers,
  old: System,
  next: System,
): Promise<void> => triggers.after('system-edit', { ...editOf(old), new: next });

const good: ReadonlySet<Job['state']> = new Set(['returned', 'powered-off', 'done']);

const outcomeOf = (job: Job): EventFields => ({
  power: {
    ...powerOf(job),
    ok: good.has(job.state),
    ...(job.error === undefined ? {} : { error: job.error }),
  },
});
