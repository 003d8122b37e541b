/**
 * The real virt-install on hosts that are not here: libvirt's built-in test driver, which virt-install
 * takes for another one by a kind of URI that its own tests use (virtinst/uri.py, MagicURI).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuestSpec } from '@resole/protocol';
import { execa } from 'execa';
import { type InstallFiles, virtInstallArguments } from './arguments.ts';
import { uriOf } from './virsh.ts';
import { volumeName } from './volumes.ts';

/** A pool's volumes and networks, as libvirt's test driver reads them (libvirt.org/drvtest.html). */
const nodeOf = (guest: GuestSpec): string => {
  const pools = [...new Set(guest.disks.map(({ pool }) => pool))].map((pool) => {
    const volumes = guest.disks.map((disk, index) => {
      const name = volumeName(guest, index);
      return disk.pool !== pool
        ? ''
        : `<volume type='file'><name>${name}</name><capacity>${disk.bytes}</capacity><target>
             <path>/${pool}/${name}</path><format type='${disk.format}'/></target></volume>`;
    });
    return `<pool type='dir'><name>${pool}</name><target><path>/${pool}</path></target>
      ${volumes.join('')}</pool>`;
  });
  return `<node>${pools.join('')}
    <network><name>default</name><bridge name='virbr0'/></network></node>`;
};

/** What hosts of each driver say that they can run. */
const systems: Record<string, [os: string, domain: string, machine: string][]> = {
  'qemu:///system': [['hvm', 'qemu', '<machine>pc</machine><machine>q35</machine>']],
  'xen:///system': [
    ['xen', 'xen', '<machine>xenpv</machine>'],
    ['hvm', 'xen', '<loader>/usr/lib/xen/boot/hvmloader</loader><machine>xenfv</machine>'],
  ],
  'lxc:///system': [['exe', 'lxc', '']],
};

const capabilitiesOf = (uri: string): string =>
  `<capabilities><host><cpu><arch>x86_64</arch></cpu></host>${(systems[uri] ?? [])
    .map(
      ([os, domain, more]) =>
        `<guest><os_type>${os}</os_type><arch name='x86_64'><wordsize>64</wordsize>
          <emulator>/emulator</emulator>${more}<domain type='${domain}'/></arch></guest>`,
    )
    .join('')}</capabilities>`;

/** That hosts of QEMU's have firmware for UEFI. */
const firmwares = `<domainCapabilities><os supported='yes'>
  <enum name='firmware'><value>bios</value><value>efi</value></enum></os></domainCapabilities>`;

/** @returns the XML of the installation, and of the guest afterwards where that is another one. */
export const understood = async (guest: GuestSpec, names: InstallFiles): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-virt-install-'));
  try {
    const uri = uriOf(guest.type);
    const written = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const options = [
      await written('node.xml', nodeOf(guest)),
      `caps=${await written('caps.xml', capabilitiesOf(uri))}`,
      `domcaps=${await written('domcaps.xml', firmwares)}`,
      `fakeuri=${uri}`,
    ];
    // It wants to find its files: any will do, and their places are not to be seen.
    const files = Object.fromEntries(
      Object.keys(names).map((name) => [name, join(folder, name)]),
    ) as InstallFiles;
    for (const file of Object.values(files)) await writeFile(file, '');
    const stand = `__virtinst_test__test://${options.join(',')}`;
    const args = virtInstallArguments(guest, files).map((word) => (word === uri ? stand : word));
    const { stdout } = await execa('virt-install', [...args, '--print-xml']);
    // Kernels are copied to a place that libvirt can read, under a name by chance.
    return `${stdout.replaceAll(folder, '').replaceAll(/>[^<]*\/virtinst-\w+-/g, '>/')}\n`;
  } finally {
    await rm(folder, { recursive: true });
  }
};
