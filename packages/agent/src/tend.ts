/** Guests whose installation this agent started: switched on again when their installer is done. */
import { ResoleError, type SignedJob } from '@resole/protocol';
import type { Run } from './exec.ts';
import { removeInstallFiles } from './executors/virt/create-guest.ts';
import { stateOf, virsh } from './executors/virt/virsh.ts';
import type { Journal } from './journal.ts';
import { pauseFor } from './pause.ts';
import type { Clock, Log } from './ports.ts';
import type { JournalRecord } from './record.ts';

type Tended = NonNullable<JournalRecord['tended']>[number];

/** How often guests that install are looked at. */
const LOOK_MS = 5_000;
/** An installation that takes longer is none. */
const PATIENCE_MS = 24 * 3600 * 1000;

export const withTended = (record: JournalRecord, uuid: string, job: SignedJob): JournalRecord => {
  const until = new Date(Date.parse(job.issuedAt) + PATIENCE_MS).toISOString();
  return { ...record, tended: [...(record.tended ?? []), { job: job.job, uuid, until }] };
};

const without = (record: JournalRecord, { job }: Tended): JournalRecord => {
  const { tended = [], ...rest } = record;
  const left = tended.filter((each) => each.job !== job);
  return left.length === 0 ? rest : { ...rest, tended: left };
};

/** Nothing more is waited for from its installation: it is as good as over. */
export const onItsOwn = (record: JournalRecord, uuid: string): JournalRecord => {
  if (!record.tended?.some((each) => each.uuid === uuid)) return record;
  const until = new Date(0).toISOString();
  const tended = record.tended.map((each) => (each.uuid === uuid ? { ...each, until } : each));
  return { ...record, tended };
};

/** Looks after the guests in the journal until aborted. */
export const tend = async (
  journal: Journal,
  run: Run,
  { clock, log }: { clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    for (const guest of journal.record.tended ?? []) {
      try {
        if (await isTended(guest, run, clock.now())) {
          await removeInstallFiles(guest.job);
          await journal.update((record) => without(record, guest));
          log('info', `guest ${guest.uuid} of job ${guest.job} is on its own now`);
        }
      } catch (error) {
        if (!(error instanceof ResoleError)) throw error;
        log('debug', `guest ${guest.uuid} can't be looked at: ${error.message}`);
      }
    }
    const pause = journal.record.tended === undefined ? Number.POSITIVE_INFINITY : LOOK_MS;
    await pauseFor(clock, pause, journal.changed, signal);
  }
};

/** Switches it on where its installer has switched it off. @returns whether nothing is left to do. */
const isTended = async ({ uuid, until }: Tended, run: Run, now: Date): Promise<boolean> => {
  const state = await stateOf({ run }, uuid);
  if (state === undefined || now.toISOString() > until) return true;
  if (state !== 'shut off') return false;
  await virsh({ run }, ['start', uuid]);
  return true;
};
