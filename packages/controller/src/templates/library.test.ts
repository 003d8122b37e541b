import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { newId, stamped } from '../store/stored.ts';
import { loadTemplates, readShipped } from './library.ts';

test('templates are named by their path; the stored text of a name counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-templates-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'fai', 'class'), { recursive: true });
  await writeFile(join(folder, 'fai', 'class', '50-hosts.j2'), 'shipped 1');
  await writeFile(join(folder, 'fai', 'answer-file.sh.j2'), 'shipped 2');
  await writeFile(join(folder, 'fai', 'README.md'), 'not a template');
  const shipped = await readShipped(folder);
  expect(shipped).toEqual({ 'fai/answer-file.sh': 'shipped 2', 'fai/class/50-hosts': 'shipped 1' });

  const store = memoryStore();
  const add = (name: string, text: string) =>
    store.templates.create(stamped({ id: newId('tpl'), name, text }, new Date()));
  await add('fai/answer-file.sh', 'edited');
  await add('site/motd', 'added');
  expect(await loadTemplates(store, shipped)).toEqual({
    'fai/answer-file.sh': 'edited',
    'fai/class/50-hosts': 'shipped 1',
    'site/motd': 'added',
  });
});
