import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLowdbStore } from '../store/lowdb/open.ts';
import { refusedObjects } from '../store/refused.ts';
import { resolveSystem } from './chain.ts';
import { openInventory } from './inventory.ts';
import { usable } from './refused.ts';
import { refusalOf } from './testing.ts';

const now = () => new Date('2026-01-02T03:04:05.678Z');

/** Writes into a stored object what was right for an earlier version, and opens the store again. */
const written = async (change: (folder: string) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-refused-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const before = openInventory(await openLowdbStore(folder), {}, now);
  // Any file that is there will do as a kernel.
  const file = { path: import.meta.filename };
  const common = { family: 'linux', breed: 'debian', version: '13', arch: 'x86_64' };
  await before.distros.add({ name: 'debian', ...common, kernel: file, initrd: file });
  await before.profiles.add({ name: 'base', distro: 'debian' });
  await before.systems.add({ name: 'web1', profile: 'base', vars: { role: 'web' } });
  await change(folder);
  const store = await openLowdbStore(folder);
  return { store, inventory: openInventory(store, {}, now), folder };
};

const rewrite = async (folder: string, noun: string, id: string, fields: object) => {
  const path = join(folder, 'store', noun, `${id}.json`);
  const stored: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...stored, ...fields }));
};

const onProfile = (fields: object) =>
  written(async (folder) => {
    const [profile] = await (await openLowdbStore(folder)).profiles.list();
    if (profile !== undefined) await rewrite(folder, 'profiles', profile.id, fields);
  });

test('an object with values that are refused since is there, and nothing is made from it', async () => {
  const { store, inventory } = await onProfile({
    kernelOptions: { quiet: '', 'a b': '', motd: 'two words', console: ['tty0', 'a b'] },
    bootLoaders: ['grub'],
    proxy: 'ftp://proxy.example',
  });
  const [found] = await refusedObjects(store);
  expect(found?.refused).toEqual([
    { field: 'kernelOptions.a b', problem: 'one word, without quotes' },
    {
      field: 'kernelOptions.motd',
      problem: 'white space only between double quotes, and no line break; each argument by itself',
    },
    {
      field: 'kernelOptions.console.1',
      problem: 'white space only between double quotes, and no line break; each argument by itself',
    },
    { field: 'proxy', problem: 'Invalid URL' },
  ]);
  // What never did anything is only refused to who writes it.
  expect(
    await refusalOf(inventory.profiles.edit('base', { proxy: null, kernelOptions: {} })),
  ).toEqual(['bootLoaders.0: network boots go by ipxe; there is no other boot loader yet']);
  expect(await inventory.profiles.show('base')).toMatchObject({ proxy: 'ftp://proxy.example' });
  const [system] = await inventory.systems.list();
  if (system === undefined) throw new Error('the system is gone');
  await expect(resolveSystem(store, system)).rejects.toMatchObject({
    code: 'object-refused',
    message: 'profile "base" was written by an earlier version and holds what is refused since',
    remedy: 'put it right: resole profile edit base',
    details: found?.refused,
  });
});

test('an edit has to put it right, and then it is as good as any', async () => {
  const { store, inventory, folder } = await onProfile({ kernelOptions: { motd: 'two words' } });
  const motd =
    'kernelOptions.motd: white space only between double quotes, and no line break; each argument by itself';
  expect(await refusalOf(inventory.profiles.edit('base', { comment: 'ours' }))).toEqual([motd]);
  const shown = await inventory.profiles.show('base');
  const mended = { ...shown, kernelOptions: { motd: '"two words"' } };
  expect(await inventory.profiles.edit('base', mended)).not.toHaveProperty('refused');
  const [system] = await inventory.systems.list();
  if (system === undefined) throw new Error('the system is gone');
  expect((await resolveSystem(store, system)).options.vars).toEqual({ role: 'web' });
  expect(await refusedObjects(await openLowdbStore(folder))).toEqual([]);
});

test('it can be removed, and what it says is not copied to others', async () => {
  const { inventory } = await onProfile({ proxy: 'ftp://proxy.example' });
  expect(await refusalOf(inventory.profiles.copy('base', { name: 'other' }))).toEqual([
    'proxy: Invalid URL',
  ]);
  await inventory.profiles.remove('base', { recursive: true });
  expect(await inventory.profiles.list()).toEqual([]);
});

test('where one field is used, only that one must be right', () => {
  const refused = [{ field: 'power.address', problem: 'a host name or an IP address' }];
  const system = { name: 'web1', refused };
  expect(usable('system', system, 'vars')).toBe(system);
  expect(() => usable('system', system, 'power')).toThrow('power.address: a host name');
});

test('what has another shape is still an error that names the file', async () => {
  await expect(onProfile({ kernelOptions: 'quiet' })).rejects.toMatchObject({
    code: 'store-unreadable',
  });
});
