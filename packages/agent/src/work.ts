/** Carries the journal's job through its phases. */
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AgentEvent, ResoleError, type SignedJob } from '@resole/protocol';
import { asResoleError } from './error-body.ts';
import { executeStep } from './executors/carry.ts';
import { guestOf } from './executors/virt/start-guest.ts';
import { uriOf } from './executors/virt/virsh.ts';
import { removeDurably } from './files/durable.ts';
import type { Journal } from './journal.ts';
import { queued } from './outbox.ts';
import type { Clock, Executors, Log, StepContext } from './ports.ts';
import {
  type Current,
  type JournalRecord,
  withCurrent,
  withoutCurrent,
  withoutFailure,
  withStep,
} from './record.ts';
import { beforeStep, withTended } from './tend.ts';

export interface WorkDeps {
  journal: Journal;
  executors: Executors;
  /** What the steps of a job run with. */
  context(job: SignedJob, signal: AbortSignal): StepContext;
  clock: Clock;
  log: Log;
  /** Called after each change of the journal: there may be something to send. */
  changed(): void;
}

/** Pause before undoing is tried again: a machine must not be left half undone. */
const UNDO_RETRY_MS = 30_000;
/** Pause after the journal itself could not be written (a full disk). */
const JOURNAL_RETRY_MS = 5_000;

export class Work {
  readonly #deps: WorkDeps;
  /** Ends the step that is being executed. */
  #step = new AbortController();
  #wake: () => void = () => undefined;

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /** Works until aborted. An abort is not a cancel: the next start goes on from the journal. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const current = this.#deps.journal.record.current;
      try {
        if (current === undefined || current.phase === 'asking') await woken;
        else if (current.phase === 'running') await this.#next(current, signal);
        else if (current.phase === 'leaving') await this.#leave(current, signal);
        else await this.#undo(current, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#deps.log('error', `the job can't go on for the moment: ${String(error)}`);
        await this.#deps.clock.sleep(JOURNAL_RETRY_MS, signal).catch(() => undefined);
      }
    }
  }

  /** The journal was changed by somebody else: look again, and drop a step that is not wanted. */
  poke(): void {
    if (this.#deps.journal.record.current?.phase !== 'running') {
      this.#step.abort(new ResoleError('cancelled', 'the job was cancelled'));
    }
    this.#wake();
  }

  /** The next step of a running job. */
  async #next({ job, steps, bootId }: Current, signal: AbortSignal): Promise<void> {
    const index = steps.findIndex((mark) => mark !== 'done');
    const at = index === -1 ? steps.length : index;
    const step = job.steps[at];
    if (step === undefined) return this.#complete(job);
    this.#step = new AbortController();
    const context = this.#deps.context(job, AbortSignal.any([signal, this.#step.signal]));

    if (step.step === 'hand-over') {
      await this.#update(job, 'running', (record) =>
        this.#report(withCurrent(withStep(record, at, 'started'), { phase: 'asking' }), job, [
          { type: 'armed' },
          { type: 'step-started', index: at, step: step.step },
          { type: 'handing-over', bootId },
        ]),
      );
      return;
    }

    await this.#update(job, 'running', (record) =>
      this.#report(beforeStep(withStep(record, at, 'started'), step), job, [
        { type: 'step-started', index: at, step: step.step },
      ]),
    );
    if (context.signal.aborted) return;
    try {
      const outcome = await executeStep(this.#deps.executors, step, context);
      const { message, ...found } = typeof outcome === 'object' ? outcome : { message: outcome };
      const done = { type: 'step-done', index: at, step: step.step } as const;
      await this.#update(job, 'running', (record) =>
        this.#report(withCurrent(withStep(record, at, 'done'), found), job, [
          message === undefined ? done : { ...done, message },
        ]),
      );
    } catch (error) {
      if (signal.aborted) return;
      await this.#update(job, 'running', (record) => failed(record, at, step.step, error));
    }
  }

  /** All steps of a job without a hand-over are done: it is reported and forgotten, and stays done. */
  async #complete(job: SignedJob): Promise<void> {
    const { signal } = new AbortController();
    await this.#tidy(this.#deps.context(job, signal));
    await this.#update(job, 'running', (record) => {
      const result = record.current?.result;
      return this.#report(withoutCurrent(record), job, [
        { type: 'completed', ...(result === undefined ? {} : { result }) },
      ]);
    });
  }

  /** The machine goes down: the executor ends with the process, or with an error. */
  async #leave({ job }: Current, signal: AbortSignal): Promise<void> {
    const index = job.steps.length - 1;
    const step = job.steps[index];
    if (step?.step !== 'hand-over') throw new Error(`job ${job.job} does not end with hand-over`);
    try {
      const context = this.#deps.context(job, signal);
      const outcome = await executeStep(this.#deps.executors, step, context);
      if (step.args.action !== 'start-guest') return;
      const { uuid, type, install } = guestOf(job);
      const guest = { uuid, connection: uriOf(type) };
      const message = typeof outcome === 'string' ? { message: outcome } : {};
      // Of a guest that nobody answers for, nothing more is to be heard.
      const event: AgentEvent = ['kernel', 'clone'].includes(install.by)
        ? { type: 'step-done', index, step: step.step, ...message }
        : { type: 'completed' };
      // Where nothing is installed, nothing switches the guest off at its end.
      const tended = !['import', 'clone'].includes(install.by);
      await this.#update(job, 'leaving', (record) => {
        const left = withoutCurrent(record);
        return this.#report(tended ? withTended(left, guest, job) : left, job, [event]);
      });
      await this.#tidy(context);
    } catch (error) {
      if (signal.aborted) return;
      await this.#update(job, 'leaving', (record) => failed(record, index, step.step, error));
    }
  }

  /** Takes everything back, last step first, then reports it and forgets the job. */
  async #undo({ job, bootId, failure }: Current, signal: AbortSignal): Promise<void> {
    const context = this.#deps.context(job, signal);
    try {
      // Every step, begun or not: a job that began again after a reboot left traces before it.
      for (const { step } of job.steps.toReversed()) {
        await this.#deps.executors[step].undo(context);
      }
      await this.#tidy(context);
    } catch (error) {
      if (signal.aborted) return;
      this.#deps.log('error', `job ${job.job} can't be undone yet: ${String(error)}`);
      // The failure is not withheld any longer; that everything is undone still is.
      if (failure !== undefined) {
        await this.#update(job, 'undoing', (record) =>
          this.#report(withoutFailure(record), job, [{ type: 'step-failed', ...failure }]),
        );
      }
      await this.#deps.clock.sleep(UNDO_RETRY_MS, signal);
      return;
    }
    await this.#update(job, 'undoing', (record) => {
      const end = record.current?.end ?? 'disarmed';
      return this.#report(withoutCurrent(record), job, [
        ...(failure === undefined ? [] : [{ type: 'step-failed' as const, ...failure }]),
        end === 'came-back' ? { type: end, bootId } : { type: end },
      ]);
    });
  }

  /** Removes the job's own folders. */
  async #tidy({ folders }: StepContext): Promise<void> {
    for (const folder of [folders.staging, folders.undo]) {
      await removeDurably(folder);
      // The folder of all jobs' folders too, when this was the last.
      await rmdir(dirname(folder)).catch(() => undefined);
    }
  }

  /** Changes the journal if the job is still in the phase that the change was thought for. */
  async #update(
    job: SignedJob,
    phase: Current['phase'],
    change: (record: JournalRecord) => JournalRecord,
  ): Promise<void> {
    await this.#deps.journal.update((record) =>
      record.current?.job.job === job.job &&
      record.current.job.attempt === job.attempt &&
      record.current.phase === phase
        ? change(record)
        : record,
    );
    this.#deps.changed();
  }

  #report(record: JournalRecord, job: SignedJob, events: AgentEvent[]): JournalRecord {
    const now = this.#deps.clock.now();
    return events.reduce(
      (changed, event) => queued(changed, job.job, job.attempt, event, now),
      record,
    );
  }
}

/** The record with a step that failed: everything is to be undone. */
const failed = (
  record: JournalRecord,
  index: number,
  step: string,
  error: unknown,
): JournalRecord => {
  const failure = { index, step, error: asResoleError(error).toBody() };
  return withCurrent(record, { phase: 'undoing', end: 'disarmed', failure });
};
