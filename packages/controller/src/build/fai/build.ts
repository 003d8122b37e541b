/** `resole distro build fai`: FAI's installer and the system that it installs, as one tree. */
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { bootstrapTools, requireTools } from '../debian.ts';
import type { BuildControl, BuiltFile } from '../files.ts';
import { describeFile, withWorkFolder } from '../files.ts';
import { chrootTools } from './chroot.ts';
import { makeInstallerRoot, packInstaller } from './installer.ts';
import type { KernelFlavour } from './packages.ts';
import { suites } from './packages.ts';
import { buildSystemArchive } from './system.ts';
import { buildInstallerBase, buildTools } from './tools-root.ts';

export interface FaiBuildOptions extends BuildControl {
  /** Debian release of the installer and of what it installs. */
  suite: string;
  /** As `debianMirror` returns it. */
  mirror: string;
  /** Folder of the tree: `vmlinuz`, `initrd.img` and `squash.img`; replaced as a whole. */
  output: string;
  /** Folder with files that are laid over the installer's root (assets/fai/nfsroot). */
  assets: string;
  /** Default: `generic`. */
  kernel?: KernelFlavour;
  /** More Debian packages for the new OS. */
  packages?: readonly string[];
  /** More Debian packages for the installer, as lvm2 for a disk_config that uses LVM. */
  installerPackages?: readonly string[];
  /** Every line that the programs print. */
  onLine?: (line: string) => void;
}

/** What `buildFai` needs on the host. */
export const faiTools = [
  ...bootstrapTools,
  ...chrootTools,
  { command: 'tar', package: 'tar' },
  { command: 'zstd', package: 'zstd' },
];

/**
 * Builds the tree of the `fai` family. Needs root, 3 GB of space beside `output` and the Debian
 * mirror. Leaves nothing but the complete tree, whether it succeeds, fails or is aborted.
 */
export async function buildFai(options: FaiBuildOptions): Promise<BuiltFile[]> {
  const { suite, mirror, assets, kernel = 'generic', onLine, progress } = options;
  if (!suites.includes(suite)) {
    throw new ResoleError('invalid-input', `FAI cannot be built for Debian ${suite}`, {
      remedy: `take one of: ${suites.join(', ')}`,
    });
  }
  await requireTools(faiTools);
  const output = resolve(options.output);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  return await withWorkFolder(output, async (work) => {
    const shared = { suite, mirror, kernel, work, onLine, signal };
    progress?.('tools, new system', 0);
    const [tools, system] = await bothOrNone(stop, [
      (async () => {
        const root = await buildTools({ ...shared, packages: options.installerPackages ?? [] });
        const base = await buildInstallerBase({ ...shared, assets });
        progress?.('installer', 0.4);
        await makeInstallerRoot(root, base, shared);
        return root;
      })(),
      buildSystemArchive({ ...shared, packages: options.packages ?? [] }),
    ]);
    progress?.('squash image', 0.85);
    const made = await packInstaller(tools, system, shared);
    progress?.('checksums', 0.95);
    return await publishTree(made, output, work);
  });
}

/** Waits for both; when one fails, the other is stopped first and the failure thrown afterwards. */
async function bothOrNone<First, Second>(
  stop: AbortController,
  [first, second]: [Promise<First>, Promise<Second>],
): Promise<[First, Second]> {
  let failed: { reason: unknown } | undefined;
  const fail = (reason: unknown) => {
    failed ??= { reason };
    stop.abort(reason);
  };
  first.catch(fail);
  second.catch(fail);
  await Promise.allSettled([first, second]);
  if (failed) throw failed.reason;
  return [await first, await second];
}

/** Puts the files (name → where it is now) into a new folder and that in the place of the old. */
async function publishTree(
  files: Record<string, string>,
  output: string,
  work: string,
): Promise<BuiltFile[]> {
  const tree = join(work, 'tree');
  await mkdir(tree, { mode: 0o755 });
  const built: BuiltFile[] = [];
  for (const [name, from] of Object.entries(files)) {
    await rename(from, join(tree, name));
    await chmod(join(tree, name), 0o644);
    built.push({ ...(await describeFile(join(tree, name))), path: join(output, name) });
  }
  await rename(output, join(work, 'replaced')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(tree, output);
  return built;
}
