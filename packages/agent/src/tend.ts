/** Guests whose installation this agent started: switched on again when their installer is done. */
import { type Progress, ResoleError, type SignedJob, type Step } from '@resole/protocol';
import type { Follow, Run } from './exec.ts';
import { removeInstallFiles } from './executors/virt/create-guest.ts';
import { watchGuest } from './executors/virt/events.ts';
import { type GuestAt, stateOf, virsh } from './executors/virt/virsh.ts';
import type { Journal } from './journal.ts';
import { pauseFor } from './pause.ts';
import type { Clock, Log } from './ports.ts';
import type { JournalRecord } from './record.ts';

type Tended = NonNullable<JournalRecord['tended']>[number];

/** How often guests that install are looked at, whatever libvirt tells. */
const LOOK_MS = 5_000;
/** An installation that takes longer is none. */
const PATIENCE_MS = 24 * 3600 * 1000;

export const withTended = (
  record: JournalRecord,
  { uuid, connection }: GuestAt,
  job: SignedJob,
): JournalRecord => {
  const until = new Date(Date.parse(job.issuedAt) + PATIENCE_MS).toISOString();
  const { job: id, attempt } = job;
  const tended = { job: id, attempt, uuid, connection, until };
  return { ...record, tended: [...(record.tended ?? []), tended] };
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

/** What an operator is about to switch off or remove is not switched on again in between. */
export const beforeStep = (record: JournalRecord, step: Step): JournalRecord => {
  if (step.step === 'remove-guest') return onItsOwn(record, step.args.uuid);
  if (step.step !== 'guest') return record;
  const { action, uuid } = step.args;
  const off = action === 'shutdown' || action === 'destroy' || action === 'undefine';
  return off && uuid !== undefined ? onItsOwn(record, uuid) : record;
};

export interface TendPorts {
  run: Run;
  follow: Follow;
  clock: Clock;
  log: Log;
  /** Where libvirt's word on a guest goes. */
  tell(job: string, attempt: number, progress: Progress): void;
}

/** Looks after the guests in the journal until aborted; sleeps where there are none. */
export const tend = async (
  journal: Journal,
  ports: TendPorts,
  signal: AbortSignal,
): Promise<void> => {
  let told = Promise.withResolvers<void>();
  const watches = new Map<string, AbortController>();
  const watch = ({ job, attempt, ...guest }: Tended): void => {
    const stop = new AbortController();
    watches.set(job, stop);
    const said = (phase: string): void => {
      ports.tell(job, attempt, { phase });
      told.resolve();
    };
    // Where libvirt goes away, the next look tries again.
    const until = AbortSignal.any([signal, stop.signal]);
    void watchGuest(guest, ports.follow, said, until).finally(() => watches.delete(job));
  };
  while (!signal.aborted) {
    const { changed } = journal;
    told = Promise.withResolvers<void>();
    for (const guest of journal.record.tended ?? []) {
      if (!watches.has(guest.job)) watch(guest);
      if (await look(guest, journal, ports)) watches.get(guest.job)?.abort();
    }
    const pause = journal.record.tended === undefined ? Number.POSITIVE_INFINITY : LOOK_MS;
    await pauseFor(ports.clock, pause, Promise.race([told.promise, changed]), signal);
  }
};

/** @returns whether the guest was let go. */
const look = async (guest: Tended, journal: Journal, ports: TendPorts): Promise<boolean> => {
  const { log } = ports;
  try {
    if (!(await isLeft(guest, journal, ports))) return false;
    await removeInstallFiles(guest.job);
    await journal.update((record) => without(record, guest));
    log('info', `guest ${guest.uuid} of job ${guest.job} is on its own now`);
    return true;
  } catch (error) {
    if (!(error instanceof ResoleError)) throw error;
    log('debug', `guest ${guest.uuid} can't be looked at: ${error.message}`);
    return false;
  }
};

/** Switches it on where its installer has switched it off. @returns whether nothing is left to do. */
const isLeft = async (
  { uuid, connection, job, attempt }: Tended,
  journal: Journal,
  { run, tell, clock }: TendPorts,
): Promise<boolean> => {
  const state = await stateOf({ run }, uuid, connection);
  // Read after the state: an order to switch it off is in the journal before it is carried out.
  const until = journal.record.tended?.find((each) => each.job === job)?.until ?? '';
  if (state === undefined || clock.now().toISOString() > until) return true;
  if (state !== 'shut off') return false;
  await virsh({ run }, ['start', uuid], connection);
  tell(job, attempt, { phase: 'guest started for its first boot' });
  return true;
};
