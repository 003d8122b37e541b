/** FAI's root file systems and what is no Linux. */

import { archOf, headBytes } from '../formats/kernel.ts';
import { windowsFacts } from '../formats/wim.ts';
import type { Signature } from '../signature.ts';

/** Boot programs of UEFI, by architecture. */
const efi = {
  x86_64: ['efi/boot/bootx64.efi', 'EFI/BOOT/BOOTX64.EFI', 'efi/boot/bootx64.EFI'],
  aarch64: ['efi/boot/bootaa64.efi', 'EFI/BOOT/BOOTAA64.EFI'],
} as const;

export const otherSignatures: readonly Signature[] = [
  {
    id: 'fai',
    os: 'FAI: nfsroot',
    family: 'fai',
    breed: 'debian',
    marks: [
      { path: '.THIS_IS_THE_FAI_NFSROOT' },
      { path: 'etc/debian_version', text: [/^(?<version>\d+)/], optional: true },
    ],
    boots: [{ kernel: 'boot/vmlinuz-*', initrd: 'boot/initrd.img-*' }],
    squash: true,
  },
  {
    id: 'fai',
    os: 'FAI: squash.img with its kernel',
    family: 'fai',
    breed: 'debian',
    marks: [{ path: 'squash.img' }],
    boots: [{ kernel: 'vmlinuz', initrd: 'initrd.img' }],
  },
  {
    id: 'windows',
    os: 'Windows 10, 11, Server 2016–2025',
    family: 'windows',
    breed: 'windows',
    marks: [
      { path: ['bootmgr', 'bootmgr.efi'] },
      { path: 'sources/boot.wim' },
      {
        path: [
          'sources/install.wim',
          'sources/install.esd',
          'sources/install.swm',
          'sources/boot.wim',
        ],
        probe: windowsFacts,
      },
    ],
  },
  {
    id: 'esxi',
    os: 'VMware ESXi 6.5–8',
    family: 'esxi',
    breed: 'vmware',
    marks: [
      {
        path: 'boot.cfg',
        text: [/^title=.*ESXi/m, /^modules=/m, /^build=(?<version>\d+\.\d+(?:\.\d+)?)/m],
      },
    ],
    arches: efi,
  },
  {
    id: 'freebsd',
    os: 'FreeBSD',
    family: 'freebsd',
    breed: 'freebsd',
    marks: [
      { path: ['usr/freebsd-dist/MANIFEST', 'usr/freebsd-packages/offline'] },
      {
        path: 'bin/freebsd-version',
        text: [/^USERLAND_VERSION="(?<version>\d+\.\d+)-/m],
      },
      {
        path: 'boot/kernel/kernel',
        probe: async (reader, path) => {
          const head = await reader.read(path, { offset: 0, length: headBytes });
          const arch = head && archOf(head);
          return arch && { arch };
        },
      },
    ],
    osRelease: { id: 'freebsd', versionId: 'minor' },
  },
];
