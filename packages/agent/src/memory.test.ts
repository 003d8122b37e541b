import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reclaimFilePages } from './memory.ts';
import { temporaryFolder } from './testing/agent.ts';

const group = 'sys/fs/cgroup/system.slice/resole-agent.service';

/** The files of Linux's control groups; a plain file takes everything, so refusals are not seen. */
const machineOf = async (groups: string, fileBytes: number): Promise<string> => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'proc/self'), { recursive: true });
  await mkdir(join(root, group), { recursive: true });
  await writeFile(join(root, 'proc/self/cgroup'), groups);
  await writeFile(join(root, group, 'memory.stat'), `anon 20684800\nfile ${fileBytes}\nkernel 1\n`);
  await writeFile(join(root, group, 'memory.reclaim'), '');
  return root;
};
const asked = (root: string) => readFile(join(root, group, 'memory.reclaim'), 'utf8');

test('a service gives back what it keeps of files beyond what it needs', async () => {
  const root = await machineOf('0::/system.slice/resole-agent.service\n', 48_000_000);
  await reclaimFilePages(root);
  expect(await asked(root)).toBe('36000000 swappiness=0');
});

test('with little of files, in a group of others, or without cgroup v2, nothing is done', async () => {
  for (const [groups, bytes] of [
    ['0::/system.slice/resole-agent.service\n', 9_000_000],
    ['0::/user.slice/user-0.slice/session-1.scope\n', 48_000_000],
    ['4:memory:/system.slice/resole-agent.service\n0::/\n', 48_000_000],
  ] as const) {
    const root = await machineOf(groups, bytes);
    await reclaimFilePages(root);
    expect(await asked(root)).toBe('');
  }
});
