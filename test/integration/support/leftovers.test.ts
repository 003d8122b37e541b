import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Ends } from '../../../scripts/lib/quickstart/ends.ts';
import { endLeftovers, note } from '../../../scripts/lib/quickstart/leftovers.ts';

const folderNamed = async (prefix: string) => {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** A process that waits, called so. */
const waiting = async (name: string, prelude = ''): Promise<ChildProcess & { pid: number }> => {
  const code = `${prelude}; console.log('up'); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', code, name], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
};

test('what was noted is ended: processes and folders, and only ours', async () => {
  const file = join(await folderNamed('quickstart-'), 'running.json');
  const [ours, foreign] = [await waiting('resole-sleeper'), await waiting('sleeper')];
  const [machine, other] = [await folderNamed('resole-vm-'), await folderNamed('other-')];
  note(file, { folder: machine });
  note(file, { folder: machine, pid: ours.pid });
  note(file, { folder: other, pid: foreign.pid });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    pids: [ours.pid, foreign.pid],
    folders: [machine, other],
  });
  const exit = once(ours, 'exit');
  expect(await endLeftovers(file)).toBe(true);
  expect(await exit).toEqual([null, 'SIGTERM']);
  expect([await isThere(machine), await isThere(other), foreign.exitCode]).toEqual([
    ...[false, true, null],
  ]);
  expect(await endLeftovers(file)).toBe(false);
});

test('who does not listen is killed', async () => {
  const file = join(await folderNamed('quickstart-'), 'running.json');
  const deaf = await waiting('resole-sleeper', "process.on('SIGTERM', () => {})");
  note(file, { pid: deaf.pid });
  const exit = once(deaf, 'exit');
  await endLeftovers(file, 200);
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('ends are called once, the latest first, also where one fails or another joins', async () => {
  const ends = new Ends();
  const called: string[] = [];
  ends.add(async () => void called.push('first'));
  ends.add(() => Promise.reject(new Error('broken')));
  ends.add(async () => {
    called.push('last');
    ends.add(async () => void called.push('joined'));
  });
  await Promise.all([ends.all(), ends.all()]);
  expect(called.sort()).toEqual(['first', 'joined', 'last']);
  ends.add(async () => void called.push('forgotten'));
  ends.forget();
  await ends.all();
  expect(called).not.toContain('forgotten');
});
