/** Node's own executable, for this architecture and the other one, out of the npm registry. */
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Arch, archs, root } from './places.ts';

/**
 * Path of Node's executable. That of the other architecture is not installed with the workspace's
 * packages; it is fetched once, checked against the lock file, and kept in `.cache`.
 */
export async function nodeFor(arch: Arch): Promise<string> {
  const name = archs[arch].npm;
  const installed = join(root, 'node_modules', name, 'bin/node');
  if (await exists(installed)) return installed;
  const { version, integrity } = await pinned(name);
  const folder = join(root, '.cache/node', `${name}-${version}`);
  const kept = join(folder, 'package/bin/node');
  if (!(await exists(kept))) await fetchNode(`${name}@${version}`, integrity, folder);
  return kept;
}

async function fetchNode(spec: string, integrity: string, folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', work, spec], {
      cwd: work,
    });
    const tarball = join(work, stdout.trim());
    const actual = `sha512-${createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64')}`;
    if (actual !== integrity) throw new Error(`${spec} is not what pnpm-lock.yaml says: ${actual}`);
    await execa('tar', ['--extract', '--file', tarball, '--directory', work]);
    await rm(tarball);
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Version and checksum of a package, as the workspace's lock file has them. */
async function pinned(name: string): Promise<{ version: string; integrity: string }> {
  const lock = await readFile(join(root, 'pnpm-lock.yaml'), 'utf8');
  const pattern = new RegExp(`^  ${name}@(\\S+):\\n    resolution: \\{integrity: (\\S+)\\}`, 'm');
  const [, version, integrity] = pattern.exec(lock) ?? [];
  if (!version || !integrity) throw new Error(`pnpm-lock.yaml has no ${name}`);
  return { version, integrity };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
