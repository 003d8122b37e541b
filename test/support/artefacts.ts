/** What the end-to-end tests install: built once, by the code of `resole distro build`, and kept. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DistroInput } from '@resole/protocol';
import {
  type BuildRequest,
  type Built,
  builders,
  buildImages,
} from '../../packages/controller/src/cli/builders.ts';
import { cached, hashFile, repository } from './cache.ts';

export type BuiltDistro = Omit<DistroInput, 'comment' | 'name'>;

const common = ['debian', 'disk', 'esp', 'files', 'grub-image', 'tools'].map(
  (name) => `build/${name}.ts`,
);

/** Each thing that tests install, and the build that it comes from. */
const buildOf = {
  archive: 'image',
  'disk-image': 'image',
  fai: 'fai',
  'debian-installer': 'debian-installer',
} as const;

export type BuildName = keyof typeof buildOf;

interface Build {
  /** Code and data, below the controller's `src`, that the result depends on. */
  sources: readonly string[];
  /** Makes one distro, or several at once where they share most of the work. */
  make(request: BuildRequest): Promise<Partial<Record<BuildName, Built | undefined>>>;
}

const builds: Record<(typeof buildOf)[BuildName], Build> = {
  image: {
    sources: [...common, 'build/image', '../assets/image'],
    make: async (request) => {
      const [archive, diskImage] = await buildImages(request, ['tar.zst', 'raw.zst']);
      return { archive, 'disk-image': diskImage };
    },
  },
  fai: {
    sources: [...common, 'build/fai'],
    make: async (request) => ({ fai: await builders.fai(request) }),
  },
  'debian-installer': {
    sources: ['build/debian-installer.ts'],
    make: async (request) => ({ 'debian-installer': await builders['debian-installer'](request) }),
  },
};

/** The distro's fields, its files in the cache. Built now (a minute or two) where it isn't there. */
export const builtDistro = async (
  name: BuildName,
  say: (line: string) => void = () => {},
): Promise<BuiltDistro> => {
  const build = builds[buildOf[name]];
  const folder = await cached(
    `distro-${buildOf[name]}`,
    await checksums(build.sources),
    async (work) => {
      say(`building what the tests install: ${buildOf[name]}`);
      const built = await build.make({
        suite: 'bookworm',
        mirror: undefined,
        folder: join(work, 'files'),
        kernel: 'cloud',
        packages: [],
        format: 'tar.zst',
      });
      // The folder gets its name when it is complete: its own path is not part of what it holds.
      await writeFile(join(work, 'distros.json'), JSON.stringify(built).replaceAll(work, '@'));
    },
  );
  const text = await readFile(join(folder, 'distros.json'), 'utf8');
  const distros = JSON.parse(text.replaceAll('@', folder)) as Record<BuildName, BuiltDistro>;
  return distros[name];
};

/** Of everything that a build is made by: a change there makes it anew. */
const checksums = async (sources: Build['sources']): Promise<string[]> => {
  const root = join(repository, 'packages/controller/src');
  const files = await Promise.all(
    sources.map(async (source) => {
      if (source.endsWith('.ts')) return [join(root, source)];
      const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
        .map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  return Promise.all(files.flat().sort().map(hashFile));
};

/** The packaged agent: what `scripts/package-agent` made of this source. */
export const agentFolder = join(repository, 'dist/agent');
