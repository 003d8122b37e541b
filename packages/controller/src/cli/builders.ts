/** From the flags of `resole distro build` to the fields of the distro that was built. */
import { join } from 'node:path';
import type { DistroInput } from '@resole/protocol';
import type { BuildControl, BuiltFile } from '../build/files.ts';
import { packageRoot } from '../package-root.ts';

/** What every builder is given. */
export interface BuildRequest extends BuildControl {
  suite: string;
  /** Debian archive; undefined: apt's own. */
  mirror: string | undefined;
  /** Folder of the finished files. */
  folder: string;
  /** For big servers' hardware, or small and quick for virtual machines. */
  kernel: 'generic' | 'cloud';
  /** More packages of the new OS. */
  packages: string[];
  /** Family image: an archive that is unpacked, or a disk image that is written. */
  format: 'tar.zst' | 'raw.zst';
}

export type Built = Omit<DistroInput, 'name'>;

/** Debian's releases by name. */
const releases: Readonly<Record<string, string>> = { bookworm: '12', trixie: '13' };

const kernelPackages = {
  generic: 'linux-image-amd64',
  cloud: 'linux-image-cloud-amd64',
} as const;

const file = ({ path, size, sha256 }: BuiltFile) => ({ path, size, sha256 });

const common = (suite: string) =>
  ({
    breed: 'debian',
    version: releases[suite] ?? suite,
    arch: 'x86_64',
    osRelease: {
      id: 'debian',
      ...(releases[suite] === undefined ? {} : { versionId: releases[suite] }),
    },
  }) as const;

/** One installer, and the same new system in every format that is asked for: a distro each. */
export const buildImages = async (
  request: BuildRequest,
  formats: readonly BuildRequest['format'][],
): Promise<Built[]> => {
  const { buildInstaller } = await import('../build/image/installer.ts');
  const { buildPayloads } = await import('../build/image/payload.ts');
  const { debianMirror } = await import('../build/debian.ts');
  const { suite, folder: output, packages: include, progress, signal } = request;
  const mirror = await debianMirror(request.mirror);
  const kernelPackage = kernelPackages[request.kernel];
  const part = (name: string) => ({
    ...{ suite, mirror, output, kernelPackage, signal },
    progress: (phase: string) => progress?.(`${name}: ${phase}`),
  });
  const assets = join(packageRoot, 'assets/image');
  const { kernel, initrd } = await buildInstaller({ ...part('installer'), arch: 'x86_64', assets });
  const images = await buildPayloads({ ...part('new system'), include, formats });
  return images.map((image) => ({
    family: 'image',
    ...common(suite),
    kernel: file(kernel),
    initrd: file(initrd),
    image: {
      ...file(image.file),
      format: image.format,
      unpackedSize: image.unpackedSize,
      // Its root has shim, and GRUB and the kernel as Debian signs them.
      secureBoot: true,
    },
  }));
};

export const builders = {
  image: async (request: BuildRequest): Promise<Built> => {
    const [built] = await buildImages(request, [request.format]);
    if (built === undefined) throw new Error('the build left no image');
    return built;
  },

  fai: async (request: BuildRequest): Promise<Built> => {
    const { buildFai } = await import('../build/fai/build.ts');
    const { debianMirror } = await import('../build/debian.ts');
    const { suite, folder, kernel, packages, progress, signal } = request;
    const files = await buildFai({
      suite,
      mirror: await debianMirror(request.mirror),
      output: folder,
      kernel,
      packages,
      assets: join(packageRoot, 'assets/fai/nfsroot'),
      progress,
      signal,
    });
    return {
      family: 'fai',
      ...common(suite),
      kernel: file(named(files, 'vmlinuz')),
      initrd: file(named(files, 'initrd.img')),
      tree: folder,
    };
  },

  'debian-installer': async (request: BuildRequest): Promise<Built> => {
    const { buildDebianInstaller } = await import('../build/debian-installer.ts');
    const { suite, folder, progress, signal } = request;
    const { kernel, initrd } = await buildDebianInstaller({
      version: releases[suite] ?? suite,
      arch: 'x86_64',
      output: folder,
      progress,
      signal,
    });
    return {
      family: 'debian-installer',
      ...common(suite),
      kernel: file(kernel),
      initrd: file(initrd),
    };
  },
} as const;

function named(files: readonly BuiltFile[], name: string): BuiltFile {
  const found = files.find(({ path }) => path.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`the build left no ${name}`);
  return found;
}
