import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/agent.ts';
import { readPackages } from './packages.ts';

const root = async (files: Record<string, string>): Promise<string> => {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
};

const none = () => Promise.reject(new Error('nothing is to be run'));

const dpkg = `Package: adduser
Status: install ok installed

Package: gone
Status: deinstall ok config-files

Package: kept
Status: hold ok installed
`;

test('counted from the records of the package manager', async () => {
  const debian = await root({ 'var/lib/dpkg/status': dpkg, 'var/lib/rpm/rpmdb.sqlite': '' });
  expect(await readPackages(none, debian)).toEqual({ manager: 'dpkg', count: 2 });
  const arch = await root({
    'var/lib/pacman/local/ALPM_DB_VERSION': '9',
    'var/lib/pacman/local/bash-5.2-1/desc': '',
    'var/lib/pacman/local/zlib-1.3-1/desc': '',
  });
  expect(await readPackages(none, arch)).toEqual({ manager: 'pacman', count: 2 });
  const alpine = await root({ 'lib/apk/db/installed': 'C:x\nP:musl\nV:1\n\nC:y\nP:busybox\n' });
  expect(await readPackages(none, alpine)).toEqual({ manager: 'apk', count: 2 });
  expect(await readPackages(none, await root({}))).toBeUndefined();
});

test('rpm is asked, and again only when its database has changed', async () => {
  const path = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
  const suse = await root({ [path]: '' });
  const asked: string[] = [];
  const run = async (command: string, args: readonly string[]) => {
    asked.push([command, ...args].join(' '));
    return '.'.repeat(300 + asked.length);
  };
  expect(await readPackages(run, suse)).toEqual({ manager: 'rpm', count: 301 });
  expect(await readPackages(run, suse)).toEqual({ manager: 'rpm', count: 301 });
  await utimes(join(suse, path), 1, 1);
  expect(await readPackages(run, suse)).toEqual({ manager: 'rpm', count: 302 });
  expect(asked[0]).toBe('rpm --query --all --queryformat .');
});
