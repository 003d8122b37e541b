/** Debian: media, mirrors, and the netboot folder that an installer boots from. */
import type { Boot, Signature } from '../signature.ts';

const images = 'dists/{codename}/main/installer-{debian}/current/images';
const netboot: Boot = {
  kernel: `${images}/netboot/debian-installer/{debian}/linux`,
  initrd: `${images}/netboot/debian-installer/{debian}/initrd.gz`,
};

/** In `dists/<codename>/Release`. */
export const releaseFile = (origin: string): Signature['marks'][number] => ({
  path: 'dists/*/Release',
  text: [
    new RegExp(`^Origin: ${origin}$`, 'm'),
    /^Codename: (?<codename>[a-z]+)$/m,
    /^(?![\s\S]*^Version: )|^Version: (?<version>[\d.]+)$/m,
    /^Architectures: (?<arch>.+)$/m,
  ],
});

const osRelease = { id: 'debian', versionId: 'major' } as const;

export const debianSignatures: readonly Signature[] = [
  {
    id: 'debian',
    os: 'Debian 10–13: media',
    family: 'debian-installer',
    breed: 'debian',
    marks: [
      {
        path: '.disk/info',
        text: [/^Debian GNU\/Linux (?<version>\d[\d.]*).*?\b(?<arch>(?:amd64|arm64)(?:\/\w+)*)\b/],
      },
      { path: 'dists/*/Release', text: [/^Origin: Debian$/m, /^Codename: (?<codename>[a-z]+)$/m] },
    ],
    boots: [
      netboot,
      {
        kernel: 'install.amd/vmlinuz',
        initrd: 'install.amd/initrd.gz',
        arch: 'x86_64',
        cdOnly: true,
      },
      {
        kernel: 'install.a64/vmlinuz',
        initrd: 'install.a64/initrd.gz',
        arch: 'aarch64',
        cdOnly: true,
      },
    ],
    osRelease,
    sums: [`${images}/SHA256SUMS`],
  },
  {
    id: 'debian',
    os: 'Debian 10–13: mirrors',
    family: 'debian-installer',
    breed: 'debian',
    marks: [releaseFile('Debian')],
    boots: [netboot],
    version: ({ version, codename }) => version ?? codename,
    osRelease,
    sums: [`${images}/SHA256SUMS`],
  },
  {
    id: 'debian',
    os: 'Debian 10–13: netboot.tar.gz',
    family: 'debian-installer',
    breed: 'debian',
    marks: [
      {
        path: 'version.info',
        text: [/^Debian version:\s+(?<version>\d+)(?:\S* \((?<codename>[a-z]+)\))?/m],
      },
    ],
    boots: [
      {
        kernel: 'debian-installer/{debian}/linux',
        initrd: 'debian-installer/{debian}/initrd.gz',
      },
    ],
    osRelease,
    servesTree: false,
  },
];
