import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editText } from './editor.ts';
import { contextOf } from './testing.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-editor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Someone at a terminal, whose editor is a script. */
const someone = async (script: string) => {
  const editor = join(folder, 'editor');
  await writeFile(editor, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const context = contextOf({ env: { EDITOR: editor } });
  return { ...context, stdin: Object.assign(context.stdin, { isTTY: true as const }) };
};

const draft = { name: 'system-web1.yaml', text: 'comment: old\n', flag: '--file FILE' };
const taken = async (text: string) => text;

test('what the editor leaves is saved', async () => {
  const context = await someone(`sed -i s/old/new/ "$1"`);
  expect(await editText(draft, context, taken)).toBe('comment: new\n');
});

test('what cannot be saved is kept, and the error says where', async () => {
  const context = await someone(`sed -i s/old/wrong/ "$1"`);
  const refuse = () => Promise.reject(new ResoleError('invalid-input', 'no', { remedy: 'ask' }));
  const error = await editText(draft, context, refuse).catch((each: ResoleError) => each);
  const [, file = ''] =
    /in (\S+\/system-web1\.yaml): mend it/.exec(String(Object(error).remedy)) ?? [];
  expect(Object(error).remedy).toMatch(/^ask; .* give it with --file FILE$/);
  expect(await readFile(file, 'utf8')).toBe('comment: wrong\n');
  await rm(join(file, '..'), { recursive: true });
});

test('an editor that fails changes nothing', async () => {
  const context = await someone('exit 1');
  await expect(editText(draft, context, taken)).rejects.toThrow('failed: nothing was changed');
});
