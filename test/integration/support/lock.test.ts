import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { withLock } from '../../support/lock.ts';

test('one at a time, also after one that failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'deep/lock');
  let inside = 0;
  let most = 0;
  const work = () =>
    withLock(file, async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    });
  const failing = withLock(file, () => Promise.reject(new Error('failed')));
  await expect(failing).rejects.toThrow('failed');
  await Promise.all([work(), work(), work()]);
  expect({ most, inside }).toEqual({ most: 1, inside: 0 });
});
