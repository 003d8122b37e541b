import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Arch, ResoleError } from '@resole/protocol';
import { z } from 'zod';

/** What `scripts/package-agent` writes beside the executables it makes. */
const Manifest = z.object({
  version: z.string(),
  files: z.partialRecord(
    z.enum(['x86_64', 'aarch64']),
    z.object({ size: z.int(), sha256: z.string() }),
  ),
});

export interface AgentFiles {
  /** Size and SHA-256 of the executable itself. */
  of(arch: Arch): { size: number; sha256: string };
  /** The executable, compressed. */
  path(arch: Arch, encoding: 'zst' | 'gz'): string;
  unit: string;
  version: string;
  /** Size and SHA-256 of the executable as gzip. */
  packed(arch: Arch): Promise<{ size: number; sha256: string }>;
}

/**
 * Opens the folder with the agents that installers put on new systems.
 * @throws ResoleError `artefact-missing` where it isn't one.
 */
export const openAgentFiles = async (folder: string): Promise<AgentFiles> => {
  const read = async (name: string): Promise<string> => {
    try {
      return await readFile(join(folder, name), 'utf8');
    } catch (cause) {
      throw new ResoleError('artefact-missing', `${join(folder, name)} can not be read`, {
        remedy: 'run scripts/package-agent and point the setting agentDir at what it made',
        cause,
      });
    }
  };
  const manifest = Manifest.parse(JSON.parse(await read('manifest.json')));
  return {
    of: (arch) => {
      const file = manifest.files[arch];
      if (file) return file;
      throw new ResoleError('artefact-missing', `there is no agent for ${arch} in ${folder}`, {
        remedy: `run scripts/package-agent for ${arch}`,
      });
    },
    path: (arch, encoding) => join(folder, `resole-agent-${arch}.${encoding}`),
    unit: await read('resole-agent.service'),
    version: manifest.version,
    packed: (arch) => measured(join(folder, `resole-agent-${arch}.gz`)),
  };
};

/** Size and SHA-256 of a file. */
const measured = async (path: string): Promise<{ size: number; sha256: string }> => {
  const hash = createHash('sha256');
  const { size } = await stat(path);
  await pipeline(createReadStream(path), hash);
  return { size, sha256: hash.digest('hex') };
};
