/** Debian root file systems, made by mmdebstrap from signed packages. */
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { requireTools, runTool } from './tools.ts';

export { requireTools } from './tools.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What `bootstrap` needs on the host. */
export const bootstrapTools = [
  { command: 'mmdebstrap', package: 'mmdebstrap' },
  { command: 'unshare', package: 'util-linux' },
  { command: keyring, package: 'debian-archive-keyring' },
];

export interface BootstrapOptions {
  /** Debian release: bookworm, trixie … */
  suite: string;
  /** As `debianMirror` returns it. */
  mirror: string;
  /** mmdebstrap's --variant: `apt` is the smallest that can install packages. */
  variant: 'extract' | 'custom' | 'essential' | 'apt' | 'minbase' | 'important' | 'standard';
  /** Packages on top of the variant. */
  include: readonly string[];
  /** Folder to fill; must not exist or be empty. Removed again when the build fails. */
  target: string;
  /**
   * mmdebstrap's hooks, in order: `['customize', 'chroot "$1" update-initramfs -u']`. A hook is an
   * executable or a line for /bin/sh with the root folder as $1: never put outside input into it.
   */
  hooks?: readonly (readonly ['setup' | 'extract' | 'essential' | 'customize', string])[];
  components?: readonly string[];
  onLine?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * URL of the Debian archive to take packages from, without a trailing slash: the setting where one
 * is given, else the archive that this host itself uses (apt's configuration).
 */
export async function debianMirror(setting?: string): Promise<string> {
  if (setting !== undefined && setting !== '') return setting.replace(/\/+$/, '');
  const output = await runTool('apt-get', [
    'indextargets',
    '--no-release-info',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
  ]).catch(() => '');
  const mirror = chooseMirror(output.split('\n'));
  if (mirror !== undefined) return mirror;
  throw new ResoleError('invalid-input', 'apt on this host has no Debian archive to take from', {
    remedy: 'give the mirror: --mirror URL, or the setting debianMirror',
  });
}

/** The first archive that is Debian proper: not its security updates, not another publisher's. */
export function chooseMirror(uris: readonly string[]): string | undefined {
  return uris
    .map((uri) => uri.trim().replace(/\/+$/, ''))
    .find((uri) => /^https?:\/\/.+\/debian$/.test(uri));
}

/** Makes a Debian root file system in `target`. Needs root; signatures are checked. */
export async function bootstrap(options: BootstrapOptions): Promise<void> {
  const { suite, mirror, variant, include, target, hooks = [], components = ['main'] } = options;
  await requireTools(bootstrapTools);
  const args = [
    '--mode=root',
    '--format=directory',
    `--variant=${variant}`,
    // dpkg need not fsync: a build that was interrupted is thrown away as a whole.
    '--dpkgopt=force-unsafe-io',
    `--keyring=${keyring}`,
    ...(include.length === 0 ? [] : [`--include=${include.join(',')}`]),
    ...hooks.map(([moment, hook]) => `--${moment}-hook=${hook}`),
    suite,
    target,
    `deb ${mirror} ${suite} ${components.join(' ')}`,
  ];
  try {
    // In a mount namespace of its own, what it mounts goes with it, however it ends.
    await runTool('unshare', ['--mount', 'mmdebstrap', ...args], {
      onLine: options.onLine,
      signal: options.signal,
    });
  } catch (error) {
    await removeTree(target);
    throw error;
  }
}

/**
 * Deletes a built tree. Refuses when something is mounted below it: deleting through a bind mount
 * of /dev would take the host's devices with it.
 */
export async function removeTree(folder: string): Promise<void> {
  const below = `${resolve(folder)}/`;
  const mounted = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => `${point}/`.startsWith(below));
  if (mounted.length > 0) {
    throw new ResoleError('build-failed', `still mounted: ${mounted.join(', ')}`, {
      remedy: `umount ${mounted.join(' ')}`,
    });
  }
  await rm(folder, { recursive: true, force: true });
}
