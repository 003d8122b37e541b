import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from './lock.ts';

const someFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A process that tries to take the folder, says how it went, and lives until it is killed. */
const contender = async (folder: string) => {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
    setInterval(() => {}, 1000);
    await lockFolder(${JSON.stringify(folder)}).then(
      () => console.log('held'),
      (error) => console.log(error.code),
    );`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
};

test('a folder belongs to one process, until that releases it', async () => {
  const folder = await someFolder();
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'data-dir-in-use',
    message: `another controller (process ${process.pid}) runs on ${folder}`,
  });
  await lock.release();
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a process killed by kill -9 is taken over', async () => {
  const folder = await someFolder();
  const { child, said } = await contender(folder);
  expect(said).toBe('held');
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'data-dir-in-use' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await lockFolder(folder)).release();
});

test('a process id that was given out again is not the owner', async () => {
  const folder = await someFolder();
  await writeFile(join(folder, 'lock'), `${process.pid} 1 x\n`);
  await (await lockFolder(folder)).release();
});

test('of many that find a stale lock, one gets it', async () => {
  const folder = await someFolder();
  await writeFile(join(folder, 'lock'), '999999999 1 x\n');
  const contenders = await Promise.all([1, 2, 3, 4].map(() => contender(folder)));
  expect(contenders.map(({ said }) => said).toSorted()).toEqual([
    ...Array(3).fill('data-dir-in-use'),
    'held',
  ]);
});
