/** SUSE: YaST's media up to 15 and Tumbleweed, Agama's live media from 16 on. */
import type { Boot, Mark, Signature } from '../signature.ts';

const loader: readonly Boot[] = [
  { kernel: 'boot/{arch}/loader/linux', initrd: 'boot/{arch}/loader/initrd' },
  // Where no BIOS is, the files lie one folder higher.
  { kernel: 'boot/{arch}/linux', initrd: 'boot/{arch}/initrd' },
];

interface Row extends Pick<Signature, 'id' | 'os' | 'marks' | 'version' | 'osRelease' | 'vars'> {}

const yast = (row: Row): Signature => ({
  family: 'autoyast',
  breed: 'suse',
  boots: loader,
  ...row,
});

/** Agama's media name themselves by the label that their menu boots from. */
const label = (product: string): Mark => ({
  path: ['boot/grub2/grub.cfg', 'LiveOS/.info'],
  text: [new RegExp(`\\b${product}`)],
});

const agama = (row: Row): Signature => ({
  family: 'agama',
  breed: 'suse',
  boots: loader,
  ...row,
  marks: [{ path: 'LiveOS/squashfs.img' }, ...row.marks],
});

/** SP3 of 12 calls itself 12.3 in os-release. */
const servicePack = ({ major, sp }: Readonly<Record<string, string>>) =>
  sp === undefined ? major : `${major}.${sp}`;

const withPoint = /(?<version>1[6-9]\.\d+)[-_](?<arch>x86_64|aarch64)/.source;

export const suseSignatures: readonly Signature[] = [
  agama({
    id: 'sles',
    os: 'SUSE Linux Enterprise Server 16',
    vars: { product: 'SLES' },
    marks: [label(`(?:SUSE-SLE|SLES|SLE)-(?:[A-Za-z]+-)?${withPoint}`)],
    osRelease: { id: 'sles', versionId: 'minor' },
  }),
  agama({
    id: 'opensuse-leap',
    os: 'openSUSE Leap 16',
    vars: { product: 'Leap_{version}' },
    marks: [label(`Leap-${withPoint}`)],
    osRelease: { id: 'opensuse-leap', versionId: 'minor' },
  }),
  yast({
    id: 'sles',
    os: 'SUSE Linux Enterprise Server 12',
    vars: { product: 'SLES' },
    marks: [
      { path: 'content', text: [/^DISTRO\s+cpe:\/o:suse:sles:(?<major>12)(?::sp(?<sp>\d+))?,/m] },
    ],
    version: servicePack,
    osRelease: { id: 'sles', versionId: 'minor' },
  }),
  yast({
    id: 'sles',
    os: 'SUSE Linux Enterprise Server 15',
    vars: { product: 'SLES' },
    marks: [
      {
        path: 'media.1/media',
        text: [/^SUSE - SLE-(?<major>15)(?:-SP(?<sp>\d+))?-[A-Za-z-]+-(?<arch>x86_64|aarch64)-/m],
      },
    ],
    version: servicePack,
    osRelease: { id: 'sles', versionId: 'minor' },
  }),
  yast({
    id: 'opensuse-leap',
    os: 'openSUSE Leap 15',
    vars: { product: 'Leap' },
    marks: [
      {
        path: 'media.1/media',
        text: [/^openSUSE - openSUSE-Leap-(?<version>15\.\d+)-(?:[A-Z]+-)?(?<arch>[\w-]+?)-Build/m],
      },
    ],
    osRelease: { id: 'opensuse-leap', versionId: 'minor' },
  }),
  yast({
    id: 'opensuse-leap',
    os: 'openSUSE Leap 15: mirrors',
    vars: { product: 'Leap' },
    marks: [
      {
        path: ['.treeinfo', 'treeinfo'],
        text: [
          /^family\s*=\s*openSUSE Leap\s*$/m,
          /^version\s*=\s*(?<version>15\.\d+)/m,
          /^arch\s*=\s*(?<arch>\S+)/m,
        ],
      },
    ],
    osRelease: { id: 'opensuse-leap', versionId: 'minor' },
  }),
  yast({
    id: 'opensuse-tumbleweed',
    os: 'openSUSE Tumbleweed',
    // As AutoYaST knows it: os-release's name of it, openSUSE-Tumbleweed, is refused.
    vars: { product: 'openSUSE' },
    marks: [
      { path: 'media.1/products', text: [/^\/ openSUSE(?:-Tumbleweed)? (?<version>\d{8})-/m] },
    ],
    // It rolls on during the installation.
    osRelease: { id: 'opensuse-tumbleweed', versionId: 'none' },
  }),
];
