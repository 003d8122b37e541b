/** An agent that only visits: it goes when its job is over, and leaves nothing behind. */
import { rm } from 'node:fs/promises';
import { ResoleError } from '@resole/protocol';
import type { Config } from './config.ts';
import type { Run } from './exec.ts';
import type { JournalRecord } from './record.ts';

/** How long it waits for its job: whoever brought it may have gone. */
const PATIENCE_MS = 15 * 60_000;

export type Temporary = NonNullable<Config['temporary']>;

/**
 * Whether nothing more is to be done here: the job has ended and everything about it was
 * acknowledged, or none came. Pure.
 */
export const isOver = (record: JournalRecord, startedAt: Date, now: Date): boolean => {
  if (record.current !== undefined || record.outbox.length > 0) return false;
  return record.known.length > 0 || now.getTime() - startedAt.getTime() > PATIENCE_MS;
};

/** Removes unit and folder; this process goes on from memory until it ends by itself. */
export const leave = async ({ folder, unit }: Temporary, run: Run, root = ''): Promise<void> => {
  // Not stopped: that would end this process before it is done.
  await attempt(run, 'systemctl', ['disable', '--quiet', unit]);
  for (const units of ['/etc/systemd/system', '/run/systemd/system']) {
    await rm(`${root}${units}/${unit}`, { force: true });
  }
  await attempt(run, 'systemctl', ['daemon-reload']);
  // Where it lies in memory it is a file system of its own; lazily, since this process is in it.
  await attempt(run, 'umount', ['-l', folder]);
  await rm(`${root}${folder}`, { recursive: true, force: true });
};

/** Machines without systemd, and folders that are no mount points, are none the worse. */
const attempt = async (run: Run, program: string, args: readonly string[]): Promise<void> => {
  try {
    await run(program, args);
  } catch (error) {
    if (!(error instanceof ResoleError)) throw error;
  }
};
