import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fullStopLog } from './job-log.ts';

const MIB = 1024 * 1024;
const end = '\n-- the log ends here: it has reached 1 MiB\n';

const file = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'job.log');
};

test('what is written comes in its order, readable by its owner alone', async () => {
  const path = await file();
  const append = fullStopLog();
  await Promise.all(['one\n', 'two\n', 'three\n'].map((text) => append(path, text)));
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a log that is full says so once, and grows no more, also after a restart', async () => {
  const path = await file();
  const half = 'x'.repeat(MIB / 2);
  const append = fullStopLog(MIB);
  const taken = await Promise.all(
    [half, half.slice(1), 'öö', 'more'].map((text) => append(path, text)),
  );
  expect(taken.slice(2)).toEqual([end, '']);
  expect(await fullStopLog(MIB)(path, 'again')).toBe('');
  expect(await readFile(path, 'utf8')).toBe(half + half.slice(1) + end);
});

test('what just fits is whole', async () => {
  const path = await file();
  const append = fullStopLog(MIB);
  await append(path, 'x'.repeat(MIB));
  expect((await stat(path)).size).toBe(MIB);
  expect(await append(path, 'y')).toBe(end);
  expect(await append(path, 'z')).toBe('');
});
