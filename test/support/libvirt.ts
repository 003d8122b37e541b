/** A libvirt of its own for tests, with one tiny guest: its session daemon, run by nobody. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** Debian's nobody; root's own session can't run guests. */
const NOBODY = 65534;

/** Firmware that finds nothing to boot: it runs, and hears no power button. */
const guest = (name: string) => `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
</domain>
`;

export interface TestLibvirt {
  /** For virsh. */
  uri: string;
  /** Ends the daemon; its guest goes on. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

export const startLibvirt = async (name: string): Promise<TestLibvirt> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-libvirt-'));
  await chmod(folder, 0o755);
  const [home, run] = [join(folder, 'home'), join(folder, 'run')];
  for (const each of [home, run]) {
    await mkdir(each, { mode: 0o700 });
    await chown(each, NOBODY, NOBODY);
  }
  const daemon = spawn(
    'setpriv',
    [
      ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--pdeathsig', 'TERM'],
      ...['env', '-i', `PATH=/usr/sbin:/usr/bin:/sbin:/bin`, `HOME=${home}`],
      ...[`XDG_RUNTIME_DIR=${run}`, 'libvirtd'],
    ],
    { stdio: 'ignore' },
  );
  const socket = join(run, 'libvirt/libvirt-sock');
  const uri = `qemu+unix:///session?socket=${socket}`;
  const virsh = (...args: string[]) => execa('virsh', ['--quiet', '--connect', uri, ...args]);
  const end = async () => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    const exit = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await exit;
  };
  const stop = async () => {
    await virsh('destroy', name).catch(() => {});
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (let tries = 0; !existsSync(socket); tries += 1) {
      if (tries === 200 || daemon.exitCode !== null) throw new Error('libvirtd does not listen');
      await sleep(50);
    }
    const file = join(folder, 'guest.xml');
    await writeFile(file, guest(name));
    await virsh('define', file);
    return { uri, end, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
