import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { inFolder } from './answer-files-debian.checks.ts';
import { debianCases } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** The snippet, in every shell that runs it, on a new system that is a folder. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const script = render('snippets/users.sh', templates, { ...debianCases.static });

/** What programs of the new system are told is written down; `ops` is not there, `web` is. */
const chroot = `#!/bin/sh
shift
case $* in
  'getent passwd ops') echo 'ops:x:1000:100::/home/ops:/bin/bash' ;;
  'id ops') exit 1 ;;
  id*) exit 0 ;;
  *) echo "$*" >&2 ;;
esac
`;

test.each(['busybox sh', 'dash', 'bash'])('people are made by %s', async (shell) => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'bin'));
    await mkdir(join(folder, 'target'));
    await writeFile(join(folder, 'bin/chroot'), chroot);
    await chmod(join(folder, 'bin/chroot'), 0o755);
    const [program = '', ...args] = shell.split(' ');
    const { stderr } = await execa(program, [...args, '-s'], {
      // A shell's own applet comes before PATH.
      input: `chroot() { ${folder}/bin/chroot "$@"; }\n${script}\nwrite_users ${folder}/target\n`,
    });
    expect(stderr.split('\n')).toEqual([
      'useradd --create-home ops',
      'usermod --shell /bin/bash --password * ops',
      'groupadd --force adm',
      'usermod --append --groups adm ops',
      'groupadd --force web',
      'usermod --append --groups web ops',
      'chown -R ops: /home/ops/.ssh',
      'usermod --shell /bin/sh --password $6$salt$hash web',
    ]);
    const file = (path: string) => join(folder, 'target', path);
    expect(await readFile(file('home/ops/.ssh/authorized_keys'), 'utf8')).toBe(
      'ssh-ed25519 AAAA ops@example.org\n',
    );
    expect(await readFile(file('etc/sudoers.d/resole'), 'utf8')).toBe(
      'ops ALL=(ALL:ALL) NOPASSWD: ALL\n',
    );
    const modes = ['home/ops/.ssh', 'home/ops/.ssh/authorized_keys', 'etc/sudoers.d/resole'];
    const mode = async (path: string) => (await stat(file(path))).mode & 0o777;
    expect(await Promise.all(modes.map(mode))).toEqual([0o700, 0o600, 0o440]);
  });
});

test('somebody who cannot be made is an error', async () => {
  const { exitCode } = await execa('dash', ['-s'], {
    input: `chroot() { return 1; }\n${script}\nwrite_users /nonexistent\n`,
    reject: false,
  });
  expect(exitCode).toBe(1);
});
