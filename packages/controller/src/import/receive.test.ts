import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { type Entry, receive } from './receive.ts';

const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'resole-receive-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
};

const entry = (path: string, more: Partial<Entry> & { text?: string } = {}): Entry => ({
  path,
  kind: 'file',
  size: more.text?.length ?? 0,
  mtime: 1_700_000_000,
  open: (offset) => Readable.from([Buffer.from(more.text ?? '').subarray(offset)]),
  rewinds: false,
  skip: () => {},
  ...more,
});

const from = async function* (...entries: Entry[]): AsyncGenerator<Entry> {
  yield* entries;
};

test.each([
  ['a way up', [entry('../x')]],
  ['a way up in the middle', [entry('a/../../x')]],
  [
    'a file below a link that leads elsewhere in the tree',
    [
      entry('b', { kind: 'folder' }),
      entry('a', { kind: 'symlink', target: 'b' }),
      entry('a/x', { text: 'x' }),
    ],
  ],
  ['a hard link out of the tree', [entry('x', { kind: 'hardlink', target: '../../etc/passwd' })]],
])('%s is refused', async (_what, entries) => {
  await expect(receive(from(...entries), await folder())).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

test('links that lead out are left out; those that stay are made', async () => {
  const place = await folder();
  const { leftOut } = await receive(
    from(
      entry('d/inside', { kind: 'symlink', target: '../f' }),
      entry('d/outside', { kind: 'symlink', target: '../../f' }),
      entry('absolute', { kind: 'symlink', target: '/etc/shadow' }),
      entry('f', { text: 'text' }),
      entry('same', { kind: 'hardlink', target: 'f' }),
    ),
    place,
  );
  expect(leftOut).toEqual(['d/outside', 'absolute']);
  expect(await readFile(join(place, 'd/inside'), 'utf8')).toBe('text');
  expect(await readFile(join(place, 'same'), 'utf8')).toBe('text');
});

test('a file that ends early is refused, and nothing of it stays', async () => {
  const place = await folder();
  const short = entry('f', { text: 'text', size: 9 });
  await expect(receive(from(short), place)).rejects.toMatchObject({ code: 'size-mismatch' });
  expect(await readdir(place)).toEqual([]);
});
