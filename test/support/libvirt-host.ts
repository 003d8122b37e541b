/** The libvirt daemon of a whole host, for the test alone, in the mount namespace that this process is in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** No systemd, no cgroups and no other user here: QEMU runs as what this process is. */
const qemuConf = `security_driver = "none"
stdio_handler = "file"
user = "root"
group = "root"
remember_owner = 0
cgroup_controllers = [ ]
`;

const daemonConf = `unix_sock_group = "root"
unix_sock_rw_perms = "0770"
auth_unix_rw = "none"
auth_unix_ro = "none"
`;

/** Where libvirt keeps what it keeps, and where it is kept for this test. */
const places = {
  etc: '/etc/libvirt',
  lib: '/var/lib/libvirt',
  run: '/run/libvirt',
  cache: '/var/cache/libvirt',
  log: '/var/log/libvirt',
};

/** libvirt looks for its user before it reads that it is to take another (Debian's ids). */
const accounts = {
  '/etc/passwd': 'libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin\n',
  '/etc/group': 'libvirt-qemu:x:64055:\nkvm:x:64056:\n',
};

export interface Libvirt {
  /** Ends the daemon as a host's crash would, and starts it anew. */
  restart(): Promise<void>;
  /** Ends it with every guest, and starts it as after the host's next boot. */
  reboot(): Promise<void>;
  /** Ends it and every guest. */
  stop(): Promise<void>;
}

/** @param folder Where everything of it lies. Its pool is called `default`. */
export const startHostLibvirt = async (folder: string, logFile: string): Promise<Libvirt> => {
  for (const [name, place] of Object.entries(places)) {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    await mkdir(place, { recursive: true });
    if (name === 'etc') await cp(place, own, { recursive: true });
    await execa('mount', ['--bind', own, place]);
  }
  for (const [place, lines] of Object.entries(accounts)) {
    const own = join(folder, basename(place));
    await writeFile(own, (await readFile(place, 'utf8')) + lines);
    await execa('mount', ['--bind', own, place]);
  }
  await rm(join(places.etc, 'qemu/networks/autostart'), { recursive: true, force: true });
  await writeFile(join(places.etc, 'qemu.conf'), qemuConf);
  await writeFile(join(places.etc, 'libvirtd.conf'), daemonConf);
  for (const each of ['lib/images', 'lib/boot', 'log/qemu']) {
    await mkdir(join(folder, each), { recursive: true });
  }
  await oneCgroupTree();
  let daemon = await startDaemon(folder, logFile);
  await virsh(['pool-define-as', 'default', 'dir', '--target', join(places.lib, 'images')]);
  await virsh(['pool-autostart', 'default']);
  await virsh(['pool-start', 'default']);
  return {
    restart: async () => {
      await end(daemon, 'SIGKILL');
      daemon = await startDaemon(folder, logFile);
    },
    reboot: async () => {
      await end(daemon, 'SIGKILL');
      await endNoted();
      // As every boot leaves it: empty.
      for (const name of await readdir(places.run)) {
        await rm(join(places.run, name), { recursive: true, force: true });
      }
      daemon = await startDaemon(folder, logFile);
    },
    stop: async () => {
      for (const connection of [QEMU, 'lxc:///system']) {
        const guests = await virsh(['list', '--name'], connection).catch(() => '');
        for (const name of guests.split('\n').filter(Boolean)) {
          await virsh(['destroy', name], connection);
        }
      }
      await end(daemon, 'SIGTERM');
      await removeCgroups();
    },
  };
};

/** Ends what the daemon has started: guests and networks' name servers, as it has noted them. */
const endNoted = async (): Promise<void> => {
  for (const kind of ['qemu', 'network']) {
    const notes = await readdir(join(places.run, kind)).catch(() => []);
    for (const note of notes.filter((name) => name.endsWith('.pid'))) {
      const pid = await readFile(join(places.run, kind, note), 'utf8');
      // Some have ended by themselves.
      await execa('kill', ['-KILL', pid.trim()], { reject: false });
    }
  }
};

const cgroups = '/sys/fs/cgroup';

/** libvirt's containers can't be started below both kinds of trees: the second is left out where two are. */
const oneCgroupTree = async (): Promise<void> => {
  const second = join(cgroups, 'unified');
  if (existsSync(second)) await execa('umount', ['--lazy', second]);
};

/** What libvirt makes for containers, and leaves when they have ended. */
const removeCgroups = async (): Promise<void> => {
  const trees = (await readdir(cgroups)).map((name) => join(cgroups, name, 'machine'));
  for (const folder of [join(cgroups, 'machine'), ...trees]) {
    await rmdir(folder).catch(() => undefined);
  }
};

const QEMU = 'qemu:///system';

const virsh = async (args: readonly string[], connection = QEMU): Promise<string> =>
  (await execa('virsh', ['--quiet', '--connect', connection, ...args])).stdout;

const startDaemon = async (folder: string, logFile: string): Promise<ChildProcess> => {
  const log = openSync(logFile, 'a');
  // Its usual one would be this host's, which may have a libvirt of its own.
  const pidFile = ['--pid-file', join(folder, 'libvirtd.pid')];
  const daemon = spawn('setpriv', ['--pdeathsig', 'KILL', 'libvirtd', ...pidFile], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  for (let tries = 0; tries < 150; tries += 1) {
    if (daemon.exitCode !== null) throw new Error(`libvirtd ended: see ${logFile}`);
    const answers = await virsh(['version']).then(
      () => true,
      () => false,
    );
    if (answers) return daemon;
    await sleep(200);
  }
  throw new Error(`libvirtd does not answer: see ${logFile}`);
};

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};
