/** The one file that says what this agent is doing: `journal/record.json` in its state folder. */
import { dirname, join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { makeFolder, readIfThere, writeDurably } from './files/durable.ts';
import { emptyRecord, JournalRecord } from './record.ts';

export interface Journal {
  /** What is on the disk. */
  readonly record: JournalRecord;
  /** Resolves at the next change. */
  readonly changed: Promise<void>;
  /**
   * Changes the record; durable when resolved. Changes run one after the other, each on the result
   * of the one before. A change that returns its argument writes nothing.
   */
  update(change: (record: JournalRecord) => JournalRecord): Promise<JournalRecord>;
}

const pathIn = (stateDir: string) => join(stateDir, 'journal', 'record.json');

/** What the journal says, for those who only look. @throws ResoleError where it can't be read. */
export async function readRecord(stateDir: string): Promise<JournalRecord> {
  const path = pathIn(stateDir);
  return parse(path, await readIfThere(path));
}

/** Opens the journal; the first start has none. @throws ResoleError where it can't be read. */
export async function openJournal(stateDir: string): Promise<Journal> {
  const path = pathIn(stateDir);
  await makeFolder(dirname(path));
  let record = await readRecord(stateDir);
  let last: Promise<unknown> = Promise.resolve();
  let changed = Promise.withResolvers<void>();
  return {
    get record() {
      return record;
    },
    get changed() {
      return changed.promise;
    },
    update(change) {
      const done = last.then(async () => {
        const next = change(record);
        if (next === record) return next;
        await writeDurably(path, `${JSON.stringify(next, null, 1)}\n`);
        record = next;
        changed.resolve();
        changed = Promise.withResolvers();
        return next;
      });
      last = done.catch(() => undefined);
      return done;
    },
  };
}

function parse(path: string, bytes: Buffer | undefined): JournalRecord {
  if (bytes === undefined) return emptyRecord;
  try {
    return JournalRecord.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new ResoleError('internal', `the journal ${path} can't be read`, {
      remedy: `if no job of this machine is running, move ${path} away and start the agent again`,
      cause,
    });
  }
}
