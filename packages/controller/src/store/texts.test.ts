import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderTexts, textId } from './texts.ts';

test('a text is kept once, read by its SHA-256, and never another in its place', async () => {
  const base = await mkdtemp(join(tmpdir(), 'resole-texts-'));
  onTestFinished(() => rm(base, { recursive: true }));
  const folder = join(base, 'texts');
  const texts = folderTexts(folder);
  await texts.keep(['one', 'zwei ö', 'one']);
  expect((await readdir(folder)).sort()).toEqual([textId('one'), textId('zwei ö')].sort());
  const again = folderTexts(folder);
  expect(await again.read(textId('zwei ö'))).toBe('zwei ö');
  await writeFile(join(folder, textId('one')), 'two');
  await expect(again.read(textId('one'))).rejects.toThrow('is not what was written');
  await expect(again.read(textId('three'))).rejects.toThrow('cannot be read');
});
