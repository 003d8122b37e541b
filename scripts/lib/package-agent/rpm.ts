/** The agent as an RPM package, by rpmbuild. */
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Arch, assets } from './places.ts';
import { fillTree } from './tree.ts';

export const rpmName = (version: string, arch: Arch): string =>
  `resole-agent-${version}-1.${arch}.rpm`;

/** @param executable of the same architecture. @param folder where the package is put. */
export async function makeRpm(
  { version, arch, executable }: { version: string; arch: Arch; executable: string },
  folder: string,
): Promise<void> {
  const work = await mkdtemp(join(folder, '.rpm-'));
  try {
    const tree = join(work, 'tree');
    await fillTree(tree, executable, 'usr/lib/systemd/system');
    const defines = {
      _topdir: join(work, 'top'),
      _rpmdir: join(work, 'rpms'),
      _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
      _binary_payload: 'w6.gzdio',
      _dbpath: join(work, 'db'),
      agent_version: version,
      agent_tree: tree,
    };
    await execa('rpmbuild', [
      ...['-bb', '--quiet', '--target', `${arch}-linux`],
      ...Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]),
      join(assets, 'rpm/resole-agent.spec'),
    ]);
    const [made] = await readdir(join(work, 'rpms'));
    if (made === undefined) throw new Error('rpmbuild has made nothing');
    await rename(join(work, 'rpms', made), join(folder, rpmName(version, arch)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
