/** Ubuntu's server installers: subiquity on live media, Debian's installer before. */
import type { Signature } from '../signature.ts';
import { releaseFile } from './debian.ts';

const osRelease = { id: 'ubuntu', versionId: 'minor' } as const;

/** @param years a pattern of the releases' first numbers */
const server = (years: string): Signature['marks'][number] => ({
  path: '.disk/info',
  text: [
    new RegExp(
      `^Ubuntu-Server (?<version>(?:${years})\\.\\d\\d[\\d.]*)(?: LTS)? "(?<title>[^"]+)".*?\\b(?<arch>amd64|arm64)\\b`,
    ),
  ],
});

const casper: Signature['boots'] = [
  { kernel: 'casper/vmlinuz', initrd: 'casper/initrd' },
  { kernel: 'casper/vmlinuz', initrd: 'casper/initrd.gz' },
];

const images = 'dists/{codename}/main/installer-{debian}/current';
const netboot = (folder: string) => ({
  kernel: `${images}/${folder}/netboot/ubuntu-installer/{debian}/linux`,
  initrd: `${images}/${folder}/netboot/ubuntu-installer/{debian}/initrd.gz`,
});

export const ubuntuSignatures: readonly Signature[] = [
  {
    id: 'ubuntu',
    os: 'Ubuntu 20.04–26.04: live server',
    family: 'subiquity',
    breed: 'ubuntu',
    marks: [server('[2-9]\\d')],
    boots: casper,
    osRelease,
    keepsIso: true,
  },
  {
    id: 'ubuntu',
    os: 'Ubuntu 18.04: live server',
    family: 'subiquity',
    breed: 'ubuntu',
    marks: [server('1\\d')],
    boots: casper,
    refused: {
      problem: 'its installer asks people: it reads answer files from 20.04 on',
      remedy:
        "import the server medium with Debian's installer instead (ubuntu-18.04.6-server-amd64.iso), or a mirror",
    },
  },
  {
    id: 'ubuntu',
    os: 'Ubuntu 18.04–20.04: server media with Debian’s installer',
    family: 'debian-installer',
    breed: 'ubuntu',
    marks: [server('\\d\\d')],
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
