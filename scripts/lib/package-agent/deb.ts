/** The agent as a Debian package, by dpkg-deb. */
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Arch, archs, assets } from './places.ts';
import { configurationFiles, fillTree } from './tree.ts';

const scripts = ['postinst', 'prerm', 'postrm'];

export const debName = (version: string, arch: Arch): string =>
  `resole-agent_${version}_${archs[arch].debian}.deb`;

/** @param executable of the same architecture. @param folder where the package is put. */
export async function makeDeb(
  { version, arch, executable }: { version: string; arch: Arch; executable: string },
  folder: string,
): Promise<void> {
  const tree = await mkdtemp(join(folder, '.deb-'));
  try {
    await chmod(tree, 0o755);
    await fillTree(tree, executable, 'lib/systemd/system');
    const control = join(tree, 'DEBIAN');
    await mkdir(control, { mode: 0o755 });
    for (const script of scripts) {
      await copyFile(join(assets, 'debian', script), join(control, script));
      await chmod(join(control, script), 0o755);
    }
    await writeFile(join(control, 'conffiles'), `${configurationFiles.join('\n')}\n`);
    const { stdout } = await execa('du', ['--summarize', '--block-size=1K', '--', tree]);
    await writeFile(
      join(control, 'control'),
      controlOf(version, arch, Number.parseInt(stdout, 10)),
    );
    // gzip: packages of every Debian and Ubuntu that has the libraries can be unpacked there.
    const args = [
      '--root-owner-group',
      '-Zgzip',
      '--build',
      tree,
      join(folder, debName(version, arch)),
    ];
    await execa('dpkg-deb', args);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

const controlOf = (version: string, arch: Arch, kibibytes: number) => `Package: resole-agent
Version: ${version}
Architecture: ${archs[arch].debian}
Maintainer: Resole <resole@localhost>
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8)
Recommends: kexec-tools
Suggests: efibootmgr, ipmitool
Section: admin
Priority: optional
Description: agent of Resole: reinstalls the server that it runs on
 Waits for signed jobs of its controller: reinstalls the running server without
 PXE or BMC, reboots it, and tells what the machine is made of.
`;
