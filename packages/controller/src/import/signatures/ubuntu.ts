/** Ubuntu's server installers: subiquity on live media, Debian's installer before. */
import type { Signature } from '../signature.ts';
import { releaseFile } from './debian.ts';

const osRelease = { id: 'ubuntu', versionId: 'minor' } as const;

const server: Signature['marks'][number] = {
  path: '.disk/info',
  text: [
    /^Ubuntu-Server (?<version>\d\d\.\d\d[\d.]*)(?: LTS)? "(?<title>[^"]+)".*?\b(?<arch>amd64|arm64)\b/,
  ],
};

const images = 'dists/{codename}/main/installer-{debian}/current';
const netboot = (folder: string) => ({
  kernel: `${images}/${folder}/netboot/ubuntu-installer/{debian}/linux`,
  initrd: `${images}/${folder}/netboot/ubuntu-installer/{debian}/initrd.gz`,
});

export const ubuntuSignatures: readonly Signature[] = [
  {
    id: 'ubuntu',
    os: 'Ubuntu 18.04–26.04: live server',
    family: 'subiquity',
    breed: 'ubuntu',
    marks: [server],
    boots: [
      { kernel: 'casper/vmlinuz', initrd: 'casper/initrd' },
      { kernel: 'casper/vmlinuz', initrd: 'casper/initrd.gz' },
    ],
    osRelease,
    keepsIso: true,
  },
  {
    id: 'ubuntu',
    os: 'Ubuntu 18.04–20.04: server media with Debian’s installer',
    family: 'debian-installer',
    breed: 'ubuntu',
    marks: [server],
    boots: [
      {
        kernel: 'install/netboot/ubuntu-installer/{debian}/linux',
        initrd: 'install/netboot/ubuntu-installer/{debian}/initrd.gz',
      },
    ],
    osRelease,
  },
  {
    id: 'ubuntu',
    os: 'Ubuntu 18.04–20.04: mirrors',
    family: 'debian-installer',
    breed: 'ubuntu',
    marks: [releaseFile('Ubuntu')],
    boots: [netboot('images'), netboot('legacy-images')],
    osRelease,
    sums: [`${images}/images/SHA256SUMS`, `${images}/legacy-images/SHA256SUMS`],
  },
];
