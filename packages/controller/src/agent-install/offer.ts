/** What of the agent this controller hands to machines that have none: `scripts/package-agent`'s work. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { z } from 'zod';

const File = z.object({ size: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.+~-]*$/);

const Manifest = z.object({
  version: z.string(),
  /** The executables themselves; they travel compressed. */
  files: z.partialRecord(z.enum(['x86_64', 'aarch64']), File),
  bundle: File.optional(),
  packages: z
    .array(
      z.object({
        ...File.shape,
        name: FileName,
        format: z.enum(['deb', 'rpm']),
        arch: z.enum(['x86_64', 'aarch64']),
      }),
    )
    .default([]),
});

/** Small files that come beside the executables. */
const services = ['resole-agent.service', 'resole-agent.openrc'] as const;

export interface Offer {
  version: string;
  /** Name → SHA-256 and size, as in `sha256sums`; of an executable that before it is compressed. */
  files: Readonly<Record<string, { size: number; sha256: string }>>;
  /** Path of something that may be fetched, by its name; undefined for everything else. */
  path(name: string): string | undefined;
}

/** @throws ResoleError `artefact-missing` where the folder isn't one that scripts/package-agent made. */
export const readOffer = async (folder: string): Promise<Offer> => {
  const manifest = await readManifest(join(folder, 'manifest.json'));
  const files: Record<string, { size: number; sha256: string }> = {};
  const fetched = new Set<string>();
  for (const [arch, { size, sha256 }] of Object.entries(manifest.files)) {
    files[`resole-agent-${arch}`] = { size, sha256 };
    fetched.add(`resole-agent-${arch}.gz`).add(`resole-agent-${arch}.zst`);
  }
  for (const { name, size, sha256 } of manifest.packages) {
    files[name] = { size, sha256 };
    fetched.add(name);
  }
  if (manifest.bundle) {
    const { size, sha256 } = manifest.bundle;
    files['resole-agent.cjs'] = { size, sha256 };
    fetched.add('resole-agent.cjs');
  }
  for (const name of services) {
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (content === undefined) continue;
    const sha256 = createHash('sha256').update(content).digest('hex');
    files[name] = { size: content.length, sha256 };
    fetched.add(name);
  }
  const path = (name: string) => (fetched.has(name) ? join(folder, name) : undefined);
  return { version: manifest.version, files, path };
};

const readManifest = async (path: string): Promise<z.infer<typeof Manifest>> => {
  try {
    return Manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new ResoleError('artefact-missing', `${path} can not be read`, {
      remedy: 'run scripts/package-agent and point the setting agentDir at what it made',
      cause,
    });
  }
};

/** As sha256sum writes and checks it. */
export const sha256sums = ({ files }: Offer): string =>
  Object.entries(files)
    .map(([name, { sha256 }]) => `${sha256}  ${name}\n`)
    .join('');
