import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal, readRecord } from './journal.ts';
import { emptyRecord, withKnown } from './record.ts';
import { temporaryFolder } from './testing/agent.ts';

test('changes follow one another and are on the disk when they resolve', async () => {
  const folder = await temporaryFolder();
  const journal = await openJournal(folder);
  expect(journal.record).toEqual(emptyRecord);
  const until = '2026-01-01T00:00:00Z';
  const attempts = [1, 2, 3, 4, 5];
  await Promise.all(
    attempts.map((attempt) =>
      journal.update((record) => withKnown(record, 'job_aaaaaaaaaaaaaaaaaaaa', attempt, until)),
    ),
  );
  expect((await readRecord(folder)).known.map(({ attempt }) => attempt)).toEqual(attempts);
  expect((await stat(join(folder, 'journal/record.json'))).mode & 0o777).toBe(0o600);
});

test('a change that fails changes nothing, and does not hold up the next', async () => {
  const journal = await openJournal(await temporaryFolder());
  const failed = journal.update(() => {
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  await journal.update((record) => ({ ...record, known: [] }));
});

test('what a kill has left half-written is ignored; what is broken is named', async () => {
  const folder = await temporaryFolder();
  await openJournal(folder);
  await writeFile(join(folder, 'journal/record.json.new'), '{"form');
  expect(await readRecord(folder)).toEqual(emptyRecord);
  await writeFile(join(folder, 'journal/record.json'), '{"form');
  await expect(openJournal(folder)).rejects.toThrow(`${folder}/journal/record.json can't be read`);
});

test('looking leaves nothing behind', async () => {
  const folder = join(await temporaryFolder(), 'none');
  expect(await readRecord(folder)).toEqual(emptyRecord);
  await expect(readFile(folder)).rejects.toThrow('ENOENT');
  await mkdir(folder);
});
