/** `manifest.json`: what lies in dist/agent, and what it was made from. Written last. */
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Arch, agent, hashOf, output } from './places.ts';

/** Size and SHA-256 (of an executable: before it is compressed). */
export interface FileInfo {
  size: number;
  sha256: string;
  /** SHA-256 of all that it was made from. */
  source: string;
}

export interface PackageInfo extends FileInfo {
  format: 'deb' | 'rpm';
  arch: Arch;
  name: string;
}

export interface Manifest {
  version: string;
  files: Partial<Record<Arch, FileInfo>>;
  /** The agent as one script, for targets that have Node. */
  bundle?: FileInfo;
  packages: PackageInfo[];
}

export async function agentVersion(): Promise<string> {
  return JSON.parse(await readFile(join(agent, 'package.json'), 'utf8')).version;
}

/** As an earlier run has left it; of another version nothing is of use. */
export async function readManifest(): Promise<Manifest> {
  const version = await agentVersion();
  const text = await readFile(join(output, 'manifest.json'), 'utf8').catch(() => '{}');
  const found = JSON.parse(text) as Partial<Manifest>;
  return found.version === version && found.packages
    ? (found as Manifest)
    : { version, files: {}, packages: [] };
}

export async function writeManifest(manifest: Manifest): Promise<void> {
  const path = join(output, 'manifest.json');
  await writeFile(`${path}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

export async function infoOf(path: string, source: string): Promise<FileInfo> {
  return { size: (await stat(path)).size, sha256: await hashOf([path]), source };
}
