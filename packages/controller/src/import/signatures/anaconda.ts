/** Red Hat's family: all say in `.treeinfo` (productmd's format) what they are. */
import type { Signature } from '../signature.ts';

/** `name = value` in the section `[general]`. */
const general = (name: string, value: string): RegExp =>
  new RegExp(`^\\[general\\][^[]*?^${name}\\s*=\\s*${value}`, 'm');

interface Row {
  id: string;
  os: string;
  /** Pattern of the whole `family`. */
  family: string;
  /** Pattern of the version; the installer of others is another. */
  version: string;
  osRelease?: Signature['osRelease'];
}

const enterprise = '(?<version>(?:[789]|1\\d)(?:\\.\\S+)?)$';

const anaconda = ({ id, os, family, version, osRelease }: Row): Signature => ({
  id,
  os,
  family: 'anaconda',
  breed: 'redhat',
  marks: [
    {
      path: ['.treeinfo', 'treeinfo'],
      text: [
        general('family', `${family}\\s*$`),
        general('version', version),
        general('arch', '(?<arch>\\S+)'),
      ],
    },
    // The installer's own system: without it the tree has only packages.
    { path: ['images/install.img', 'LiveOS/squashfs.img'] },
  ],
  boots: [{ kernel: 'images/pxeboot/vmlinuz', initrd: 'images/pxeboot/initrd.img' }],
  ...(osRelease === undefined ? {} : { osRelease }),
});

// Updates may lift the minor version during the installation: it is not expected afterwards.
const anyMinor = (id: string) => ({ id, versionId: 'none' }) as const;

export const anacondaSignatures: readonly Signature[] = [
  anaconda({
    id: 'rhel',
    os: 'Red Hat Enterprise Linux 7–10',
    family: 'Red Hat Enterprise Linux',
    version: enterprise,
    osRelease: anyMinor('rhel'),
  }),
  anaconda({
    id: 'almalinux',
    os: 'AlmaLinux 8–10',
    family: 'AlmaLinux',
    version: enterprise,
    osRelease: anyMinor('almalinux'),
  }),
  anaconda({
    id: 'rocky',
    os: 'Rocky Linux 8–10',
    family: 'Rocky Linux(?: Minimal)?',
    version: enterprise,
    osRelease: anyMinor('rocky'),
  }),
  anaconda({
    id: 'centos-stream',
    os: 'CentOS Stream 8–10',
    family: 'CentOS Stream',
    version: enterprise,
    osRelease: { id: 'centos', versionId: 'major' },
  }),
  anaconda({
    id: 'centos',
    os: 'CentOS Linux 7–8',
    family: 'CentOS(?: Linux)?',
    version: enterprise,
    osRelease: { id: 'centos', versionId: 'major' },
  }),
  anaconda({
    id: 'oraclelinux',
    os: 'Oracle Linux 7–10',
    family: 'Oracle Linux(?: Server)?',
    version: enterprise,
    osRelease: anyMinor('ol'),
  }),
  anaconda({
    id: 'fedora',
    os: 'Fedora',
    family: 'Fedora(?: Linux)?',
    version: '(?<version>\\S+)$',
    osRelease: { id: 'fedora', versionId: 'major' },
  }),
  anaconda({
    id: 'anaconda',
    os: 'others that install with Anaconda',
    family: '(?!openSUSE|SUSE)\\S.*',
    version: '(?<version>[7-9]\\S*|[1-9]\\d\\S*)$',
  }),
];
