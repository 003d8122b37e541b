/**
 * Install trees laid out as the real media are: the same paths, metadata files with the lines that
 * the real ones have, and kernels of a few bytes with a real header.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TreeReader } from '../../packages/controller/src/import/tree.ts';

export type Files = Readonly<Record<string, string | Buffer>>;

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');
const md5 = (content: string | Buffer): string => createHash('md5').update(content).digest('hex');

/** x86's boot protocol 2.15 with a 64-bit entry point. */
export const bzImage = (): Buffer => {
  const image = Buffer.alloc(0x400);
  image.write('MZ');
  image.write('HdrS', 0x202);
  image.writeUInt16LE(0x20f, 0x206);
  image.writeUInt16LE(1, 0x236);
  return image;
};

const armImage = (): Buffer => {
  const image = Buffer.alloc(0x100);
  image.write('ARM\x64', 0x38, 'latin1');
  return image;
};

const elf = (machine: number): Buffer => {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46);
  head.set([2, 1, 1], 4);
  head.writeUInt16LE(machine, 18);
  return head;
};

/** Header and XML of a WIM, with a gap where the images would be. */
const wim = (xml: string): Buffer => {
  const text = Buffer.from(`\uFEFF${xml}`, 'utf16le');
  const header = Buffer.alloc(208);
  header.write('MSWIM\0\0\0', 'latin1');
  header.writeUInt32LE(208, 8);
  header.writeUIntLE(text.length, 0x48, 6);
  header.writeBigUInt64LE(5000n, 0x50);
  header.writeBigUInt64LE(BigInt(text.length), 0x58);
  return Buffer.concat([header, Buffer.alloc(5000 - 208), text]);
};

const windowsXml = (build: number, arch: number, name: string, type: string) =>
  `<WIM><TOTALBYTES>1</TOTALBYTES><IMAGE INDEX="1"><WINDOWS><ARCH>${arch}</ARCH>` +
  `<PRODUCTNAME>Microsoft® Windows® Operating System</PRODUCTNAME><EDITIONID>${name}</EDITIONID>` +
  `<INSTALLATIONTYPE>${type}</INSTALLATIONTYPE><VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR>` +
  `<BUILD>${build}</BUILD><SPBUILD>1</SPBUILD></VERSION></WINDOWS><NAME>${name}</NAME></IMAGE></WIM>`;

const pair = { 'images/pxeboot/vmlinuz': bzImage(), 'images/pxeboot/initrd.img': 'initrd' };

/** productmd's treeinfo, as on the DVDs. */
const productmd = (family: string, name: string, version: string, arch = 'x86_64', short = '') => {
  const files = { ...pair, 'images/install.img': 'stage 2', 'images/efiboot.img': 'efi' };
  const sums = Object.entries(files).map(([path, text]) => `${path} = sha256:${sha256(text)}`);
  return {
    ...files,
    '.treeinfo': `[checksums]
${sums.sort().join('\n')}

[general]
; WARNING.0 = This section provides compatibility with pre-productmd treeinfos.
; WARNING.1 = Read productmd documentation for details about new format.
arch = ${arch}
family = ${family}
name = ${name}
packagedir = AppStream/Packages
platforms = ${arch},xen
repository = AppStream
timestamp = 1714000000
variant = AppStream
variants = AppStream,BaseOS
version = ${version}

[header]
type = productmd.treeinfo
version = 1.2

[images-${arch}]
efiboot.img = images/efiboot.img
initrd = images/pxeboot/initrd.img
kernel = images/pxeboot/vmlinuz

[release]
name = ${family}
short = ${short || family}
version = ${version}

[stage2]
mainimage = images/install.img

[tree]
arch = ${arch}
build_timestamp = 1714000000
platforms = ${arch},xen
variants = AppStream,BaseOS

[variant-BaseOS]
id = BaseOS
name = BaseOS
packages = BaseOS/Packages
repository = BaseOS
type = variant
uid = BaseOS
`,
    '.discinfo': `1714000000.000000\n${name}\n${arch}\n`,
    'BaseOS/Packages/a-1-1.noarch.rpm': 'rpm',
    'BaseOS/repodata/repomd.xml': '<repomd/>',
  };
};

/** The older form: stage 2 is a live image. */
const el7 = (family: string, name: string, version: string): Files => ({
  ...pair,
  'LiveOS/squashfs.img': 'stage 2',
  '.treeinfo': `[checksums]
images/pxeboot/initrd.img = sha256:${sha256('initrd')}
images/pxeboot/vmlinuz = sha256:${sha256(bzImage())}

[general]
name = ${name}
family = ${family}
timestamp = 1600000000.0
variant =
version = ${version}
packagedir =
arch = x86_64

[stage2]
mainimage = LiveOS/squashfs.img

[images-x86_64]
kernel = images/pxeboot/vmlinuz
initrd = images/pxeboot/initrd.img
boot.iso = images/boot.iso
`,
  'Packages/a-1-1.noarch.rpm': 'rpm',
});

const md5sums = (files: Files): Files => ({
  ...files,
  'md5sum.txt': Object.entries(files)
    .map(([path, text]) => `${md5(text)}  ./${path}\n`)
    .join(''),
});

const release = (
  origin: string,
  codename: string,
  version: string,
  arches: string,
) => `Origin: ${origin}
Label: ${origin}
Suite: ${codename}
${version === '' ? '' : `Version: ${version}\n`}Codename: ${codename}
Date: Sat, 10 Feb 2024 11:07:25 UTC
Architectures: ${arches}
Components: main contrib non-free-firmware
Description: ${origin} ${version}
SHA256:
 ${sha256('')} 0 main/binary-amd64/Packages
`;

const netboot = (codename: string, arch: string, os = 'debian', folder = 'images'): Files => {
  const images = `dists/${codename}/main/installer-${arch}/current/${folder}`;
  const files = { linux: arch === 'arm64' ? armImage() : bzImage(), 'initrd.gz': `initrd ${arch}` };
  const paths = Object.entries(files).map(
    ([name, text]) => [`./netboot/${os}-installer/${arch}/${name}`, text] as const,
  );
  return {
    ...Object.fromEntries(paths.map(([path, text]) => [`${images}/${path.slice(2)}`, text])),
    [`${images}/SHA256SUMS`]: paths.map(([path, text]) => `${sha256(text)}  ${path}\n`).join(''),
  };
};

const suseLoader = (arch: string) => ({
  [`boot/${arch}/loader/linux`]: bzImage(),
  [`boot/${arch}/loader/initrd`]: 'initrd',
});

const suse = (media: string, products: string, arch = 'x86_64'): Files => {
  const files =
    arch === 'x86_64'
      ? suseLoader(arch)
      : { [`boot/${arch}/linux`]: armImage(), [`boot/${arch}/initrd`]: 'initrd' };
  return {
    ...files,
    [`boot/${arch}/root`]: 'yast',
    'media.1/media': media,
    'media.1/products': products,
    CHECKSUMS: Object.entries(files)
      .map(([path, text]) => `${sha256(text)}  ${path}\n`)
      .join(''),
  };
};

const agama = (label: string, arch = 'x86_64'): Files => ({
  ...suseLoader(arch),
  'LiveOS/squashfs.img': 'live',
  'boot/grub2/grub.cfg': `search --file --set=root /boot/0x12345678
menuentry "Install" --class os --unrestricted {
    linux ($root)/boot/${arch}/loader/linux root=live:CDLABEL=${label} rd.live.image splash=silent quiet
    initrd ($root)/boot/${arch}/loader/initrd
}
`,
  'install/media.1/media': 'openSUSE\n',
  'install/repodata/repomd.xml': '<repomd/>',
});

const live = (info: string, files: Files = {}): Files =>
  md5sums({
    '.disk/info': info,
    'casper/vmlinuz': bzImage(),
    'casper/initrd': 'initrd',
    'casper/ubuntu-server-minimal.squashfs': 'squashfs',
    ...files,
  });

const windows = (xml: string, efi = 'efi/boot/bootx64.efi', image = 'install.wim'): Files => ({
  bootmgr: 'bootmgr',
  'bootmgr.efi': 'bootmgr',
  'boot/bcd': 'bcd',
  'boot/boot.sdi': 'sdi',
  [efi]: 'efi',
  'sources/boot.wim': wim(windowsXml(20348, 9, 'Windows Setup', 'WindowsPE')),
  [`sources/${image}`]: wim(xml),
});

const esxi = (build: string, efi: string): Files => ({
  'boot.cfg': `bootstate=0
title=Loading ESXi installer
timeout=5
prefix=
kernel=/b.b00
kernelopt=runweasel cdromBoot
modules=/jumpstrt.gz --- /useropts.gz --- /features.gz --- /k.b00 --- /s.v00
build=${build}
updated=0
`,
  'b.b00': 'boot',
  'k.b00': 'kernel',
  'mboot.c32': 'mboot',
  [efi]: 'efi',
  'upgrade/metadata.xml': '<vum/>',
});

/** By a name for people; each row of the table of signatures has at least one. */
export const media: Readonly<Record<string, Files>> = {
  'RHEL 7.9 DVD': el7('Red Hat Enterprise Linux', 'Red Hat Enterprise Linux-7.9', '7.9'),
  'RHEL 8.10 DVD': productmd('Red Hat Enterprise Linux', 'Red Hat Enterprise Linux 8.10.0', '8.10'),
  'RHEL 9.4 DVD': productmd('Red Hat Enterprise Linux', 'Red Hat Enterprise Linux 9.4', '9.4'),
  'RHEL 10.0 DVD': productmd('Red Hat Enterprise Linux', 'Red Hat Enterprise Linux 10.0', '10.0'),
  'AlmaLinux 8.10 DVD': productmd('AlmaLinux', 'AlmaLinux 8.10', '8.10'),
  'AlmaLinux 9.4 DVD': productmd('AlmaLinux', 'AlmaLinux 9.4', '9.4'),
  'AlmaLinux 10.0 DVD aarch64': productmd('AlmaLinux', 'AlmaLinux 10.0', '10.0', 'aarch64'),
  'Rocky Linux 8.9 DVD': productmd('Rocky Linux', 'Rocky Linux 8.9', '8.9'),
  'Rocky Linux 9.7 minimal': productmd('Rocky Linux Minimal', 'Rocky Linux Minimal 9.7', '9.7'),
  'CentOS Stream 9 DVD': productmd('CentOS Stream', 'CentOS Stream 9', '9'),
  'CentOS Stream 10 DVD': productmd('CentOS Stream', 'CentOS Stream 10', '10'),
  'CentOS 7 DVD': el7('CentOS', 'CentOS-7', '7'),
  'Oracle Linux 7.9 DVD': el7('Oracle Linux Server', 'Oracle Linux Server-7.9', '7.9'),
  'Oracle Linux 9.4 DVD': productmd('Oracle Linux', 'Oracle Linux 9.4', '9.4'),
  'Fedora 40 Server': productmd('Fedora', 'Fedora 40', '40'),
  'openEuler 24.03 DVD': productmd('openEuler', 'openEuler-24.03-LTS', '24.03-LTS'),
  'Debian 10 netinst': md5sums({
    '.disk/info': 'Debian GNU/Linux 10.13.0 "Buster" - Official amd64 NETINST 20220910-18:03\n',
    'dists/buster/Release': release('Debian', 'buster', '10.13', 'amd64'),
    'install.amd/vmlinuz': bzImage(),
    'install.amd/initrd.gz': 'cdrom initrd',
  }),
  'Debian 12 DVD': md5sums({
    '.disk/info':
      'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 DVD Binary-1 with firmware 20240210-11:28\n',
    'dists/bookworm/Release': release('Debian', 'bookworm', '12.5', 'amd64'),
    'dists/stable/Release': release('Debian', 'bookworm', '12.5', 'amd64'),
    'install.amd/vmlinuz': bzImage(),
    'install.amd/initrd.gz': 'cdrom initrd',
    'isolinux/isolinux.bin': 'isolinux',
  }),
  'Debian 13 netinst arm64': md5sums({
    '.disk/info':
      'Debian GNU/Linux 13.0.0 "Trixie" - Official arm64 NETINST with firmware 20250809\n',
    'dists/trixie/Release': release('Debian', 'trixie', '13.0', 'arm64'),
    'install.a64/vmlinuz': armImage(),
    'install.a64/initrd.gz': 'cdrom initrd',
  }),
  'Debian 11 mirror, two architectures': {
    'dists/bullseye/Release': release('Debian', 'bullseye', '11.9', 'all amd64 arm64 i386'),
    'dists/oldstable/Release': release('Debian', 'bullseye', '11.9', 'all amd64 arm64 i386'),
    ...netboot('bullseye', 'amd64'),
    ...netboot('bullseye', 'arm64'),
  },
  'Debian testing mirror': {
    'dists/forky/Release': release('Debian', 'forky', '', 'amd64'),
    ...netboot('forky', 'amd64'),
  },
  'Debian 12 netboot.tar.gz': {
    'version.info': 'Debian version:  12 (bookworm)\nInstaller build: 20230607+deb12u5\n',
    'debian-installer/amd64/linux': bzImage(),
    'debian-installer/amd64/initrd.gz': 'initrd',
    'pxelinux.0': 'pxelinux',
  },
  'Ubuntu 18.04 server': md5sums({
    '.disk/info': 'Ubuntu-Server 18.04.6 LTS "Bionic Beaver" - Release amd64 (20210915)',
    'dists/bionic/Release': release('Ubuntu', 'bionic', '18.04', 'amd64 i386'),
    'install/vmlinuz': bzImage(),
    'install/initrd.gz': 'cdrom initrd',
    'install/filesystem.squashfs': 'squashfs',
    'install/netboot/ubuntu-installer/amd64/linux': bzImage(),
    'install/netboot/ubuntu-installer/amd64/initrd.gz': 'initrd',
  }),
  'Ubuntu 18.04 live server': live(
    'Ubuntu-Server 18.04.6 LTS "Bionic Beaver" - Release amd64 (20210915)',
    { 'casper/filesystem.squashfs': 'squashfs' },
  ),
  'Ubuntu 20.04 live server': live(
    'Ubuntu-Server 20.04.6 LTS "Focal Fossa" - Release amd64 (20230314)',
    { 'casper/installer.squashfs': 'squashfs' },
  ),
  'Ubuntu 22.04 live server': live(
    'Ubuntu-Server 22.04.4 LTS "Jammy Jellyfish" - Release amd64 (20240216)',
    { 'casper/install-sources.yaml': '- default: true\n' },
  ),
  'Ubuntu 24.04 live server': live(
    'Ubuntu-Server 24.04.1 LTS "Noble Numbat" - Release amd64 (20240827)',
    { 'casper/install-sources.yaml': '- default: true\n' },
  ),
  'Ubuntu 26.04 live server arm64': live(
    'Ubuntu-Server 26.04 LTS "Resolute Raccoon" - Release arm64 (20260423)',
    { 'casper/install-sources.yaml': '- default: true\n', 'casper/vmlinuz': armImage() },
  ),
  'Ubuntu 20.04 mirror': {
    'dists/focal/Release': release('Ubuntu', 'focal', '20.04', 'amd64 arm64 armhf i386'),
    ...netboot('focal', 'amd64', 'ubuntu', 'legacy-images'),
  },
  'SLES 12 SP5 DVD': {
    ...suseLoader('x86_64'),
    'media.1/media': 'SUSE Linux Products GmbH\n20191024123456\n2\n',
    content: `CONTENTSTYLE  11
DATADIR       suse
DESCRDIR      suse/setup/descr
DEFAULTBASE   x86_64
DISTRO        cpe:/o:suse:sles:12:sp5,SUSE Linux Enterprise Server 12 SP5
LABEL         SUSE Linux Enterprise Server 12 SP5
REPOID        obsproduct://build.suse.de/SUSE:SLE-12-SP5:GA/SLES/12.5/DVD/x86_64
VENDOR        SUSE
HASH SHA256 ${sha256(bzImage())}  boot/x86_64/loader/linux
HASH SHA256 ${sha256('initrd')}  boot/x86_64/loader/initrd
META SHA256 ${sha256('')}  packages.gz
`,
  },
  'SLES 15 installer aarch64': suse(
    'SUSE - SLE-15-Installer-DVD-aarch64-Build668.1-Media\nSLE-15-Installer-DVD-aarch64-Build668.1\n2\n',
    '/ SLE 15-0\n',
    'aarch64',
  ),
  'SLES 15 SP6 full': suse(
    'SUSE - SLE-15-SP6-Full-x86_64-Build83.2-Media\nSLE-15-SP6-Full-x86_64-Build83.2\n1\n',
    '/ SLE 15.6-0\n',
  ),
  'openSUSE Leap 15.6 DVD': suse(
    'openSUSE - openSUSE-Leap-15.6-DVD-x86_64-Build710.3-Media\nopenSUSE-Leap-15.6-DVD-x86_64-Build710.3\n1\n',
    '/ openSUSE-Leap 15.6-1\n',
  ),
  'openSUSE Leap 15.6 mirror': {
    ...suseLoader('x86_64'),
    '.treeinfo': `[release]
name = openSUSE Leap
version = 15.6

[general]
arch = x86_64
family = openSUSE Leap
name = openSUSE Leap 15.6
version = 15.6
platforms = x86_64,xen

[images-x86_64]
kernel = boot/x86_64/loader/linux
initrd = boot/x86_64/loader/initrd
`,
  },
  'openSUSE Tumbleweed DVD': suse(
    'openSUSE - openSUSE-20250801-x86_64-Build4099.1-Media\nopenSUSE-20250801-x86_64-Build4099.1\n1\n',
    '/ openSUSE 20250801-0\n',
  ),
  'SLES 16.0 full': agama('Install-SUSE-SLE-16.0-x86_64'),
  'openSUSE Leap 16.0 offline': agama('Install-Leap-16.0-x86_64'),
  'FAI nfsroot': {
    '.THIS_IS_THE_FAI_NFSROOT': '',
    'etc/debian_version': '12.5\n',
    'boot/vmlinuz-6.1.0-9-amd64': bzImage(),
    'boot/initrd.img-6.1.0-9-amd64': 'old initrd',
    'boot/vmlinuz-6.1.0-18-amd64': bzImage(),
    'boot/initrd.img-6.1.0-18-amd64': 'initrd',
    'usr/sbin/fai': '#!/bin/bash\n',
  },
  'FAI squash image': { 'squash.img': 'squashfs', vmlinuz: bzImage(), 'initrd.img': 'initrd' },
  'Windows Server 2022': windows(
    windowsXml(20348, 9, 'Windows Server 2022 SERVERSTANDARD', 'Server'),
  ),
  'Windows Server 2025': windows(
    windowsXml(26100, 9, 'Windows Server 2025 SERVERSTANDARD', 'Server'),
  ),
  'Windows 11': windows(windowsXml(22631, 9, 'Professional', 'Client')),
  'Windows 10, ESD': windows(
    windowsXml(19041, 9, 'Professional', 'Client'),
    'efi/boot/bootx64.efi',
    'install.esd',
  ),
  'Windows 11 arm64': windows(
    windowsXml(26100, 12, 'Professional', 'Client'),
    'efi/boot/bootaa64.efi',
  ),
  'ESXi 7.0.3': esxi('7.0.3-0.55.20328353', 'efi/boot/bootx64.efi'),
  'ESXi 8.0.2': esxi('8.0.2-0.0.22380479', 'efi/boot/bootx64.efi'),
  'FreeBSD 14.1 disc1': {
    'usr/freebsd-dist/MANIFEST': `base.txz\t${sha256('base')}\t30000\tbase\t"Base system (MANDATORY)"\ton\n`,
    'usr/freebsd-dist/base.txz': 'base',
    'bin/freebsd-version': '#!/bin/sh\n#\nset -e\nUSERLAND_VERSION="14.1-RELEASE"\n',
    'boot/kernel/kernel': elf(62),
  },
  'Debian live': {
    '.disk/info': 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 LIVE Binary\n',
    'live/vmlinuz-6.1.0-18-amd64': bzImage(),
    'live/initrd.img-6.1.0-18-amd64': 'initrd',
    'live/filesystem.squashfs': 'squashfs',
    'isolinux/live.cfg': `label live-amd64
\tmenu label ^Live
\tlinux /live/vmlinuz-6.1.0-18-amd64
\tinitrd /live/initrd.img-6.1.0-18-amd64
\tappend boot=live components quiet splash findiso=\${iso_path}
`,
  },
  'Alpine 3.20': { 'boot/vmlinuz-lts': bzImage(), 'boot/initramfs-lts': 'initrd', 'apks/x': 'apk' },
  'Arch Linux': {
    'arch/boot/x86_64/vmlinuz-linux': bzImage(),
    'arch/boot/x86_64/initramfs-linux.img': 'initrd',
    'loader/entries/01-archiso-x86_64-linux.conf': `title    Arch Linux install medium
linux    /arch/boot/x86_64/vmlinuz-linux
initrd   /arch/boot/x86_64/initramfs-linux.img
options  archisobasedir=arch archisodevice=UUID=2024-05-01-17-00-00-00
`,
  },
  'some Linux by isolinux': {
    'isolinux/isolinux.cfg': `default vesamenu.c32
label linux
  kernel bzImage
  append initrd=rootfs.cpio.gz,more.gz root=/dev/ram0 CDLABEL=X console=tty0 quiet
`,
    'isolinux/bzImage': bzImage(),
    'isolinux/rootfs.cpio.gz': 'initrd',
  },
};

/** A tree that is nowhere but here. */
export const readerOf = (files: Files): TreeReader => ({
  list: async (folder) => {
    const below = folder === '' ? '' : `${folder}/`;
    const names = Object.keys(files)
      .filter((path) => path.startsWith(below))
      .map((path) => path.slice(below.length).split('/')[0] ?? '');
    return names.length === 0 ? undefined : [...new Set(names)];
  },
  size: async (path) => (files[path] === undefined ? undefined : Buffer.from(files[path]).length),
  read: async (path, range = { offset: 0, length: Number.MAX_SAFE_INTEGER }) =>
    files[path] === undefined
      ? undefined
      : Buffer.from(files[path]).subarray(range.offset, range.offset + range.length),
});

/** Writes a tree below a folder. */
export const writeTree = async (folder: string, files: Files): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};
