/** What a package puts where, the same for Debian's and for RPM. */
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assets } from './places.ts';

/** The packaged program; the one that installers put on machines is in /usr/local. */
const PROGRAM = '/usr/bin/resole-agent';

/** Files of the package below `tree`, beside the executable: path → asset, and its mode. */
const files: readonly (readonly [path: string, asset: string, mode: number])[] = [
  ['etc/resole/agent.yaml', 'agent.yaml', 0o644],
  ['etc/init.d/resole-agent', 'sysvinit/resole-agent', 0o755],
  ['usr/share/resole-agent/openrc/resole-agent', 'openrc/resole-agent', 0o755],
  ['usr/share/resole-agent/keep-running', 'keep-running', 0o755],
];

/** Configuration files: what an operator has changed in them survives an upgrade. */
export const configurationFiles = ['/etc/resole/agent.yaml', '/etc/init.d/resole-agent'];

/** @param unitFolder where the system keeps the units of packages: `usr/lib/systemd/system`. */
export async function fillTree(
  tree: string,
  executable: string,
  unitFolder: string,
): Promise<void> {
  const place = async (path: string, content: string, mode: number) => {
    const target = join(tree, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, mode);
  };
  for (const [path, asset, mode] of files) {
    await place(path, await readFile(join(assets, asset), 'utf8'), mode);
  }
  const unit = await readFile(join(assets, 'resole-agent.service'), 'utf8');
  const moved = unit.replaceAll('/usr/local/bin/resole-agent', PROGRAM);
  await place(join(unitFolder, 'resole-agent.service'), moved, 0o644);
  await mkdir(join(tree, 'var/lib/resole'), { recursive: true, mode: 0o700 });
  await chmod(join(tree, 'var/lib/resole'), 0o700);
  await mkdir(join(tree, 'usr/bin'), { recursive: true });
  await cp(executable, join(tree, PROGRAM));
  await chmod(join(tree, PROGRAM), 0o755);
}
