import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, revised, stamped } from '../stored.ts';
import { openLowdbStore } from './open.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const system = (name: string) => stamped({ id: newId('sys'), name }, now);

test('what was written is there when the store is opened again, in the same order', async () => {
  const store = await openLowdbStore(folder);
  const [a, b, c, d] = [system('a'), system('b'), system('c'), system('d')];
  for (const one of [c, a, b, d]) await store.systems.create(one);
  const renamed = revised(a, { name: 'z' }, now);
  await store.systems.replace(renamed);
  await store.systems.remove(b.id);
  await store.close();
  const again = await openLowdbStore(folder);
  expect(await again.systems.list()).toEqual([renamed, c, d]);
});

test('a file is readable JSON, for its owner only', async () => {
  const store = await openLowdbStore(folder);
  const web = system('web');
  await store.systems.create(web);
  const file = join(folder, 'store', 'systems', `${web.id}.json`);
  expect(await readFile(file, 'utf8')).toBe(`{
  "id": "${web.id}",
  "name": "web",
  "revision": 1,
  "createdAt": "2026-01-02T03:04:05.678Z",
  "updatedAt": "2026-01-02T03:04:05.678Z"
}
`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'store', 'systems'))).mode & 0o777).toBe(0o700);
});

test('what a kill left half-written is ignored and cleaned away', async () => {
  await openLowdbStore(folder);
  const systems = join(folder, 'store', 'systems');
  await writeFile(join(systems, `.new-0123456789ab-${newId('sys')}.json`), '{"id": "sy');
  await writeFile(join(systems, 'notes.txt'), "an operator's notes");
  expect(await (await openLowdbStore(folder)).systems.list()).toEqual([]);
  expect(await readdir(systems)).toEqual(['notes.txt']);
});

test.each([
  ['not JSON', () => '{"id": ', /sys_.*\.json cannot be read: .*JSON/],
  [
    'wrong fields',
    (id: string) => JSON.stringify({ ...system('web'), id, macs: 'none', createdAt: 5 }),
    /sys_.*\.json cannot be read: .*macs.*createdAt/s,
  ],
  ['of another object', () => JSON.stringify(system('web')), /cannot be read: it holds sys_/],
])('a file with %s is an error that names it', async (_, text, message) => {
  await openLowdbStore(folder);
  const id = newId('sys');
  await writeFile(join(folder, 'store', 'systems', `${id}.json`), text(id));
  const error = await openLowdbStore(folder).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'store-unreadable' });
  expect((error as Error).message).toMatch(message);
});

test('two files with one name, made by hand, are an error', async () => {
  await openLowdbStore(folder);
  for (const one of [system('web'), system('web')]) {
    await writeFile(join(folder, 'store', 'systems', `${one.id}.json`), JSON.stringify(one));
  }
  await expect(openLowdbStore(folder)).rejects.toMatchObject({
    code: 'store-unreadable',
    message: expect.stringContaining('there is a system "web" already'),
  });
});

test('a write that fails changes nothing, and the next one works', async () => {
  const store = await openLowdbStore(folder);
  const web = system('web');
  const systems = join(folder, 'store', 'systems');
  await rm(systems, { recursive: true });
  await expect(store.systems.create(web)).rejects.toMatchObject({ code: 'store-failed' });
  expect(await store.systems.list()).toEqual([]);
  await openLowdbStore(folder);
  await store.systems.create(web);
  expect(await store.systems.list()).toEqual([web]);
});
