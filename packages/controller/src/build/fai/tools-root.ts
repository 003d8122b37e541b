/** The root file system in which FAI's server side runs, and what it makes the installer from. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap, removeTree } from '../debian.ts';
import { packFolder } from './pack.ts';
import type { KernelFlavour } from './packages.ts';
import { installerBasePackages, installerPackageConfig, toolPackages } from './packages.ts';

/** What the parts of the build have in common. */
export interface PartOptions {
  suite: string;
  mirror: string;
  kernel: KernelFlavour;
  /** Folder to work in. */
  work: string;
  onLine?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Where FAI's server side has its things, inside the tools' root. */
export const places = {
  config: '/etc/fai-resole',
  nfsroot: '/srv/fai/nfsroot',
  /** The archive that the installer's root starts from; inside the installer: the new system. */
  baseFile: '/var/tmp/base.tar.zst',
} as const;

/** A Debian with FAI's server side, configured. Returns its folder. */
export async function buildTools(
  options: PartOptions & {
    /** Debian packages that the installer gets on top. */
    packages: readonly string[];
  },
): Promise<string> {
  const { suite, mirror, kernel, packages, work, onLine, signal } = options;
  const root = join(work, 'tools');
  await bootstrap({
    suite,
    mirror,
    variant: 'apt',
    include: toolPackages,
    target: root,
    // Name servers and hosts as on this host: fai-make-nfsroot runs apt-get.
    hooks: [['customize', 'cp -L /etc/resolv.conf /etc/hosts "$1"/etc/']],
    onLine,
    signal,
  });
  const config = join(root, places.config);
  await mkdir(join(config, 'apt'), { recursive: true });
  await mkdir(join(root, 'etc/mdadm'), { recursive: true });
  await mkdir(join(root, 'srv/tftp'), { recursive: true });
  await writeFile(join(config, 'apt/sources.list'), `deb ${mirror} ${suite} main\n`);
  await writeFile(join(config, 'fai.conf'), 'LOGUSER=\n');
  await writeFile(join(config, 'NFSROOT'), installerPackageConfig(kernel, packages));
  await writeFile(
    join(config, 'nfsroot.conf'),
    // `*`: no password opens the installer's root account.
    `NFSROOT=${places.nfsroot}\nTFTPROOT=/srv/tftp/fai\nFAI_ROOTPW='*'\n`,
  );
  return root;
}

/** A small Debian with our files laid over it, packed. Returns the archive. */
export async function buildInstallerBase(
  options: PartOptions & { assets: string },
): Promise<string> {
  const { suite, mirror, assets, work, onLine, signal } = options;
  const folder = join(work, 'installer-base');
  const archive = join(work, 'installer-base.tar.zst');
  await bootstrap({
    suite,
    mirror,
    variant: 'minbase',
    include: installerBasePackages,
    target: folder,
    onLine,
    signal,
  });
  await cp(assets, folder, { recursive: true });
  await packFolder(folder, archive, { onLine, signal });
  await removeTree(folder);
  return archive;
}
