/** A booted systemd with a root of its own and this host's programs: up in a second, and cut off at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { repository } from './cache.ts';
import { until } from './source-controller.ts';

/** What would want hardware, users or a network. */
const without = [
  ...['dbus', 'systemd-journald', 'systemd-logind', 'systemd-networkd', 'systemd-resolved'],
  ...['systemd-random-seed', 'systemd-remount-fs', 'systemd-sysctl', 'systemd-timesyncd'],
  ...['systemd-tmpfiles-setup', 'systemd-tmpfiles-setup-dev', 'systemd-udev-trigger'],
  ...['systemd-udevd', 'systemd-user-sessions'],
];

/** $1: the root, $2: this repository, which the programs under test are run from. */
const boot = `
set -e
mount -t tmpfs -o mode=755 tmpfs "$1/run"
mount --bind /usr "$1/usr"
mount --bind "$2" "$1$2"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for name in null zero full random urandom tty; do
  touch "$1/dev/$name"
  mount --bind "/dev/$name" "$1/dev/$name"
done
mkdir "$1/dev/pts" "$1/dev/shm"
mount --rbind /sys "$1/sys"
mount -t tmpfs tmpfs "$1/sys/fs/cgroup"
mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
ip link set lo up
cd "$1"
exec env -i container=resole PATH=/usr/sbin:/usr/bin chroot "$1" \\
  /lib/systemd/systemd --system --log-target=console --unit=multi-user.target
`;

export interface Booted {
  /** Runs a script in it, as root. */
  inside(script: string): Promise<string>;
  /** As a power cut: every process is gone at once. */
  cut(): Promise<void>;
}

/** Makes the root that machines are booted from, one after the other. */
export const makeRoot = async (root: string): Promise<void> => {
  const folders = ['dev', 'etc/systemd/system', 'proc', 'run', 'sys', 'tmp', 'usr', 'var/lib'];
  for (const folder of [...folders, repository.slice(1)]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64'])
    await symlink(`usr/${name}`, join(root, name));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\n');
  await writeFile(join(root, 'etc/machine-id'), `${'0123456789abcdef'.repeat(2)}\n`);
  await copyFile('/etc/os-release', join(root, 'etc/os-release'));
  await cp('/etc/ld.so.cache', join(root, 'etc/ld.so.cache'));
  await cp('/etc/alternatives', join(root, 'etc/alternatives'), {
    ...{ recursive: true, verbatimSymlinks: true },
  });
  for (const name of without) {
    await symlink('/dev/null', join(root, `etc/systemd/system/${name}.service`));
  }
};

export const bootRoot = async (root: string): Promise<Booted> => {
  const log = openSync(`${root}.log`, 'a');
  const namespaces = ['--mount', '--pid', '--cgroup', '--uts', '--ipc', '--net'];
  const child = spawn(
    'unshare',
    [...namespaces, '--fork', '--kill-child', 'sh', '-c', boot, 'sh', root, repository],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const init = await until('the first process', 10, () => childOf(child));
  const inside = async (script: string) => {
    const command = ['env', '-i', 'PATH=/usr/sbin:/usr/bin', 'sh', '-c', script];
    const args = ['--target', String(init), '--all', '--root', '--wd=/', ...command];
    return (await execa('nsenter', args)).stdout;
  };
  await until('systemd', 30, () =>
    inside('systemctl is-active multi-user.target').then(
      (state) => state === 'active' || undefined,
      () => undefined,
    ),
  );
  const cut = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    process.kill(init, 'SIGKILL');
    await exit;
  };
  return { inside, cut };
};

const childOf = async ({ pid }: ChildProcess): Promise<number | undefined> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
};
