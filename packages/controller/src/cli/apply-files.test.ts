import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { readApplyInput } from './apply-files.ts';
import { contextOf } from './testing.ts';

const read = async (files: Record<string, string>, ...paths: string[]) => {
  const cwd = await mkdtemp(join(tmpdir(), 'resole-files-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await mkdir(join(cwd, 'all/more'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  return readApplyInput(paths, contextOf({ cwd }));
};

test('several files, folders and documents are one; every field has its place', async () => {
  const { document, placeOf } = await read(
    {
      'all/a.yaml': 'profiles:\n  web:\n    vars: {role: web}\n---\nsettings:\n  netboot: true\n',
      'all/more/b.yml': '# b\nprofiles:\n  db:\n    parent: web\n  "12": {}\nsystems:\n  s1:\n',
      'all/notes.txt': 'no YAML: [',
    },
    'all',
  );
  expect(document).toEqual({
    profiles: { web: { vars: { role: 'web' } }, db: { parent: 'web' }, 12: {} },
    settings: { netboot: true },
    systems: { s1: null },
  });
  const fields = ['profiles.web.vars.role', 'settings.netboot', 'profiles.db.parent.x'];
  expect(fields.map(placeOf)).toEqual(['all/a.yaml:3', 'all/a.yaml:6', 'all/more/b.yml:4']);
  expect(['profiles.12', 'systems.s1', 'nothing.x'].map(placeOf)).toEqual([
    'all/more/b.yml:5',
    'all/more/b.yml:7',
    undefined,
  ]);
});

test('what is no YAML, no mapping, or there twice, is told for all files at once', async () => {
  const reading = read(
    {
      'a.yaml': 'profiles: {web: {}}\n',
      'b.yaml': 'profiles:\n  web: {}\n---\n- a list\n',
      'c.yaml': 'x: 1\nsystems:\n  a: [\n',
      'd.yaml': 'systems:\n  a: {}\n  a: {}\n',
    },
    'a.yaml',
    'b.yaml',
    'c.yaml',
    'd.yaml',
  );
  const error = await reading.catch((thrown: unknown) => thrown);
  const told =
    error instanceof ResoleError &&
    error.details.map(({ field, problem }) => `${field}: ${problem}`);
  expect(told).toMatchInlineSnapshot(`
    [
      "b.yaml:2 profiles.web: is described twice",
      "b.yaml:4: is no mapping of nouns",
      "c.yaml:4: Flow sequence in block collection must be sufficiently indented and end with a ]",
      "d.yaml:3: Map keys must be unique",
    ]
  `);
});
