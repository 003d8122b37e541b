import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { inFolder } from './answer-files-debian.checks.ts';
import { debianCases } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** How debian-installer's script finds SSH host keys, on a disk whose partitions are folders. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));

/** @param partitions name of each, and the texts of its keys by path */
const keptOf = async (partitions: Record<string, Record<string, string>>) =>
  inFolder(async (folder) => {
    for (const [name, keys] of Object.entries(partitions)) {
      await mkdir(join(folder, name));
      for (const [path, text] of Object.entries(keys)) {
        await mkdir(join(folder, name, path, '..'), { recursive: true });
        await writeFile(join(folder, name, path), text);
      }
    }
    await mkdir(join(folder, 'state'));
    await mkdir(join(folder, 'bin'));
    const mount = `#!/bin/sh\nfor last; do :; done\ncp -r ${folder}/\${3#/dev/}/. "$last"\n`;
    await writeFile(join(folder, 'bin/mount'), mount);
    await chmod(join(folder, 'bin/mount'), 0o755);
    await execa('busybox', ['sh', '-s'], {
      input: `state=${folder}/state
partitions() { echo ${Object.keys(partitions).join(' ')}; }
modprobe() { :; }
mount() { ${folder}/bin/mount "$@"; }
umount() { rm -rf "$1"; mkdir "$1"; }
${render('debian-installer/host-keys.sh', templates, { ...debianCases.dhcp })}
keep_host_keys
`,
    });
    const kept = join(folder, 'state/host-keys');
    const read = async (name: string) => [name, await readFile(join(kept, name), 'utf8')];
    return Object.fromEntries(await Promise.all((await readdir(kept)).sort().map(read)));
  });

test('those of the first system that has any, and of no other', async () => {
  expect(
    await keptOf({
      vda1: { 'boot/grub.cfg': '' },
      vda2: {
        '@/etc/ssh/ssh_host_ed25519_key': 'two',
        '@/etc/ssh/ssh_host_ed25519_key.pub': 'pub',
      },
      vda3: { 'etc/ssh/ssh_host_rsa_key': 'three', 'etc/ssh/ssh_host_ed25519_key': 'three' },
    }),
  ).toEqual({ ssh_host_ed25519_key: 'two', 'ssh_host_ed25519_key.pub': 'pub' });
  expect(await keptOf({ vda1: { 'etc/hostname': 'web1' } })).toEqual({});
});
