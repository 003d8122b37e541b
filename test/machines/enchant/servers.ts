/** Servers with nothing but OpenSSH: real sshd processes, each with files of its own in this host. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from '../../support/ports.ts';
import { until } from '../../support/source-controller.ts';

export interface SshServer {
  port: number;
  /** What is below /var/lib and /run there. */
  traces(): Promise<string>;
  /** Runs a script there, as root. */
  inside(script: string): Promise<string>;
}

export interface ServerOptions {
  /** Size of its /var/lib, MiB. */
  diskMiB: number;
  /** What its /proc/meminfo says instead of this host's, MiB. */
  memoryMiB?: number;
  /** Names that only it can resolve, to loopback. */
  knows?: string;
  /** Whether it looks like a machine with systemd; default: yes. */
  systemd?: boolean;
  /** Whether a password is enough; default: no. */
  passwords?: boolean;
}

/**
 * What makes a process's files look like another machine's: $1 is the server's folder.
 * /run/mount is mount's own, made by its first call or a later one: it is there on any machine.
 */
const become = `
set -e
mount -t tmpfs -o mode=755,size="$2"m tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/mount /run/sshd
[ -e "$1/no-systemd" ] || mkdir -p /run/systemd/system
for file in passwd shadow sudoers hosts; do mount --bind "$1/$file" "/etc/$file"; done
[ ! -e "$1/meminfo" ] || mount --bind "$1/meminfo" /proc/meminfo
folder=$1
shift 2
exec /usr/sbin/sshd -D -e -f "$folder/sshd_config"
`;

/** Of the user who is no root. */
export const PASSWORD = 'a word with spaces';
export const USER = 'admin';

const accounts = async (folder: string, knows = ''): Promise<void> => {
  const { stdout: hash } = await execa('openssl', ['passwd', '-6', '-stdin'], { input: PASSWORD });
  const [passwd, shadow] = await Promise.all([
    readFile('/etc/passwd', 'utf8'),
    readFile('/etc/shadow', 'utf8'),
  ]);
  const files: [string, string, number][] = [
    [
      'passwd',
      `${passwd}${USER}:x:4711:4711::/:/bin/sh\nsshd:x:4712:4712::/run/sshd:/bin/false\n`,
      0o644,
    ],
    ['shadow', `${shadow}${USER}:${hash}:19000:0:99999:7:::\n`, 0o600],
    ['sudoers', `root ALL=(ALL) ALL\n${USER} ALL=(ALL) ALL\n`, 0o440],
    ['hosts', `127.0.0.1 localhost ${hostname()} ${knows}\n`, 0o644],
  ];
  for (const [name, text, mode] of files) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), mode);
  }
};

/** Keys of all servers, and the configuration by which the client knows them. */
export interface Keys {
  folder: string;
  /** For ssh -F. */
  config: string;
}

export const makeKeys = async (folder: string): Promise<Keys> => {
  await mkdir(folder, { recursive: true });
  for (const name of ['host', 'user']) {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  await writeFile(join(folder, 'known'), `* ${await readFile(join(folder, 'host.pub'), 'utf8')}`);
  await execa('cp', [join(folder, 'user.pub'), join(folder, 'authorized')]);
  const config = join(folder, 'config');
  await writeFile(
    config,
    `UserKnownHostsFile ${join(folder, 'known')}\nIdentityFile ${join(folder, 'user')}\n`,
  );
  return { folder, config };
};

export const startSshServer = async (
  folder: string,
  keys: Keys,
  { diskMiB, memoryMiB, knows, systemd = true, passwords = false }: ServerOptions,
): Promise<SshServer> => {
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  await accounts(folder, knows);
  if (!systemd) await writeFile(join(folder, 'no-systemd'), '');
  if (memoryMiB !== undefined) {
    const kib = memoryMiB * 1024;
    const free = Math.round(kib * 0.7);
    const text = `MemTotal: ${kib} kB\nMemFree: ${free} kB\nMemAvailable: ${free} kB\n`;
    await writeFile(join(folder, 'meminfo'), text);
  }
  await writeFile(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${join(keys.folder, 'host')}
AuthorizedKeysFile ${join(keys.folder, 'authorized')}
PermitRootLogin prohibit-password
PasswordAuthentication ${passwords ? 'yes' : 'no'}
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
`,
  );
  const log = openSync(join(folder, 'log'), 'a');
  // It ends with the first process of the namespaces that the test is in.
  const child = spawn('unshare', ['--mount', 'sh', '-c', become, 'sh', folder, String(diskMiB)], {
    stdio: ['ignore', log, log],
  });
  child.unref();
  closeSync(log);
  const inside = async (script: string) =>
    (await execa('nsenter', [`--mount=/proc/${child.pid}/ns/mnt`, 'sh', '-c', script])).stdout;
  await until(
    `sshd on ${port}`,
    30,
    async () =>
      (await readFile(join(folder, 'log'), 'utf8')).includes('Server listening') || undefined,
  );
  // sudo notes by itself when it was used. Mounts elsewhere, as those of network namespaces in
  // /run/netns, are other tests' and go with them.
  const look =
    'find /var/lib /run -mindepth 1 | grep -v ^/run/sudo | sort; ' +
    "grep -E '^[^ ]+ /(run|var/lib)/resole' /proc/mounts || true";
  return { port, inside, traces: () => inside(look) };
};
