/** The in-RAM installer: a kernel and a small initrd, made of Debian packages. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Arch, ResoleError } from '@resole/protocol';
import { bootstrap, bootstrapTools, requireTools } from '../debian.ts';
import { type BuildControl, type BuiltFile, publish, withWorkFolder } from '../files.ts';
import { runTool } from '../tools.ts';
import {
  installerData,
  installerFiles,
  installerModules,
  installerPackages,
  installerPrograms,
} from './contents.ts';
import { type CpioEntry, cpio } from './cpio.ts';
import { modulesWithDependencies } from './modules.ts';
import { entriesOf, filesBelow, librariesOf } from './tree.ts';

export interface InstallerOptions extends BuildControl {
  /** Debian release that it is made of. */
  suite: string;
  /** As `debianMirror` returns it. */
  mirror: string;
  arch: Arch;
  /** Folder for `vmlinuz` and `initrd.zst`. */
  output: string;
  /** Folder of init, network.sh and dhcp-event: packages/controller/assets/image. */
  assets: string;
  /** The kernel's package. By default Debian's general kernel, for real servers too. */
  kernelPackage?: string | undefined;
}

export interface Installer {
  /** As `uname -r` says in the installer. */
  kernelVersion: string;
  kernel: BuiltFile;
  initrd: BuiltFile;
}

/** Makes kernel and initrd. Needs root (chroot). */
export async function buildInstaller(options: InstallerOptions): Promise<Installer> {
  const { suite, mirror, arch, output, assets, progress, signal } = options;
  const kernelPackage = options.kernelPackage ?? 'linux-image-amd64';
  if (arch !== 'x86_64') {
    throw new ResoleError('arch-mismatch', `there is no in-RAM installer for ${arch} yet`);
  }
  await requireTools([...bootstrapTools, { command: 'zstd', package: 'zstd' }]);
  return await withWorkFolder(output, async (work) => {
    const root = join(work, 'root');
    progress?.('packages');
    await bootstrap({
      suite,
      mirror,
      variant: 'extract',
      include: [...installerPackages, kernelPackage],
      hooks: [['setup', mergeUsr]],
      target: root,
      signal,
    });
    progress?.('kernel modules');
    const kernelVersion = await reduceModules(root, signal);
    progress?.('initrd');
    const archive = join(work, 'initrd');
    await pipeline(cpio(initrdEntries(root, assets)), createWriteStream(archive), { signal });
    progress?.('compress');
    await runTool('zstd', ['-q', '-T0', '-9', archive, '-o', `${archive}.zst`], { signal });
    await mkdir(output, { recursive: true });
    const kernel = await publish(
      join(root, 'boot', `vmlinuz-${kernelVersion}`),
      join(output, 'vmlinuz'),
    );
    const initrd = await publish(`${archive}.zst`, join(output, 'initrd.zst'));
    return { kernelVersion, kernel, initrd };
  });
}

/** Packages that are only unpacked don't get the links from /bin to /usr/bin by themselves. */
const mergeUsr =
  'for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done';

/** Keeps the modules of the list and writes their index anew. Returns the kernel's version. */
async function reduceModules(root: string, signal?: AbortSignal): Promise<string> {
  const folder = join(root, 'usr/lib/modules');
  const [version] = await readdir(folder);
  if (version === undefined) throw new ResoleError('build-failed', 'the kernel has no modules');
  const modules = join(folder, version);
  await runTool('chroot', [root, 'depmod', version], { signal });
  const keep = modulesWithDependencies(
    await readFile(join(modules, 'modules.dep'), 'utf8'),
    installerModules,
  );
  const all = join(modules, 'all');
  await rename(join(modules, 'kernel'), all);
  for (const path of keep) {
    await mkdir(join(modules, path, '..'), { recursive: true });
    await rename(join(all, path.replace(/^kernel\//, '')), join(modules, path));
  }
  await rm(all, { recursive: true });
  await runTool('chroot', [root, 'depmod', version], { signal });
  return version;
}

async function* initrdEntries(root: string, assets: string): AsyncGenerator<CpioEntry> {
  for (const folder of ['dev', 'etc', 'mnt', 'proc', 'root', 'run', 'sys', 'tmp']) {
    yield { path: folder, type: 'folder' };
  }
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    yield { path: folder, type: 'link', target: `usr/${folder}` };
  }
  // The kernel opens it for init, before anything is mounted.
  yield { path: 'dev/console', type: 'character-device', major: 5, minor: 1 };
  for (const name of ['init', 'network.sh', 'dhcp-event']) {
    const content = await readFile(join(assets, name));
    yield { path: name, type: 'file', content, executable: name !== 'network.sh' };
  }
  for (const [path, text] of Object.entries(installerFiles)) {
    yield { path, type: 'file', content: Buffer.from(text), executable: false };
  }
  const paths = await chosenFiles(root);
  yield* entriesOf(root, paths);
  yield* appletLinks(root, paths);
}

/** Absolute paths in the tree of everything that is taken from packages. */
async function chosenFiles(root: string): Promise<string[]> {
  const programs = installerPrograms.map((program) => `/usr/${program}`);
  const busybox = '/usr/bin/busybox'; // static
  const libraries = await librariesOf(root, programs);
  const below = await filesBelow(join(root, 'usr'));
  const data = below.filter((path) => isData(path)).map((path) => `/usr/${path}`);
  return [busybox, ...programs, ...libraries, ...data].sort();
}

const isData = (path: string): boolean => installerData.some((pattern) => pattern.test(path));

/** Busybox under the names of all its commands, where there is no program of that name. */
async function* appletLinks(root: string, paths: readonly string[]): AsyncGenerator<CpioEntry> {
  const taken = new Set(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const applets = await runTool('chroot', [root, '/usr/bin/busybox', '--list']);
  // Our own init is the only one: if it cannot start, the kernel must panic (and reboot), not wait
  // for somebody at busybox's prompt.
  for (const name of ['', 'init', 'linuxrc']) taken.add(name);
  for (const applet of applets.split('\n').filter((name) => !taken.has(name))) {
    yield { path: `usr/bin/${applet}`, type: 'link', target: 'busybox' };
  }
}
