/** A Debian root file system to run commands in, as a machine without virtualization would. */
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { bootstrap, debianMirror, removeTree } from '../../packages/controller/src/build/debian.ts';
import { cached } from './cache.ts';

/** What every command in it sees; `$1` is the root, `$2` the script. */
const enter = `
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
exec chroot "$1" /bin/sh -c "$2"
`;

export interface Chroot {
  root: string;
  /** Runs a script; processes that it leaves behind end with it. Fails where it fails. */
  run(script: string, env?: Record<string, string>): Promise<string>;
  /** Runs a script that may fail. */
  tryRun(script: string, env?: Record<string, string>): Promise<{ code: number; all: string }>;
  remove(): Promise<void>;
}

/** A copy of its own of a small Debian with these packages on top. */
export const debianChroot = async (include: readonly string[]): Promise<Chroot> => {
  const mirror = await debianMirror();
  const base = await cached('chroot', { include, mirror }, async (folder) => {
    const target = join(folder, 'root');
    await bootstrap({ suite: 'bookworm', mirror, variant: 'minbase', include, target });
  });
  const root = await mkdtemp(join(tmpdir(), 'resole-chroot-'));
  await execa('cp', ['--archive', '--reflink=auto', `${join(base, 'root')}/.`, root]);
  // Services are not started by packages: nothing in here is a running system.
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await cp('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const tryRun: Chroot['tryRun'] = async (script, env = {}) => {
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
    const result = await execa('unshare', [...namespaces, 'sh', '-ec', enter, 'sh', root, script], {
      ...{ all: true, reject: false, stdin: 'ignore', extendEnv: false, timeout: 600_000 },
      env: {
        PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C.UTF-8',
        HOME: '/root',
        ...env,
      },
    });
    return { code: result.exitCode ?? -1, all: result.all ?? '' };
  };
  return {
    root,
    tryRun,
    run: async (script, env) => {
      const { code, all } = await tryRun(script, env);
      if (code !== 0) throw new Error(`${script}: exit code ${code}\n${all}`);
      return all;
    },
    remove: () => removeTree(root),
  };
};
