import type { GuestSpec } from '@resole/protocol';
import { uriOf } from './virsh.ts';
import { volumeName } from './volumes.ts';

/** Files of the host that the installation begins from. */
export interface InstallFiles {
  kernel?: string;
  initrd?: string;
  /** The ISO. */
  medium?: string;
}

/** A value among virt-install's comma-separated sub-options (virt-install(1), virtinst/cli.py). */
const value = (text: string): string => `"${text.replaceAll('"', '')}"`;

const kinds: Record<GuestSpec['type'], string[]> = {
  auto: [],
  kvm: ['--virt-type', 'kvm'],
  qemu: ['--virt-type', 'qemu'],
  'xen-pv': ['--virt-type', 'xen', '--paravirt'],
  'xen-hvm': ['--virt-type', 'xen', '--hvm'],
  lxc: ['--virt-type', 'lxc', '--container'],
};

/** Without keys of its own a firmware that can do Secure Boot starts anything (libvirt.org/formatdomain.html). */
const secure = ['secure-boot', 'enrolled-keys'].map(
  (feature, index) =>
    `firmware.feature${index}.name=${feature},firmware.feature${index}.enabled=yes`,
);

const firmwares: Record<GuestSpec['firmware'], string[]> = {
  bios: [],
  uefi: ['--boot', 'uefi'],
  'uefi-secure': ['--boot', ['uefi', ...secure].join(',')],
};

/**
 * What cloud-init finds its seed by. Without `dsmode=net` that of Debian 12 (22.4) fetches it and does nothing
 * with it: a source called `nocloud` has had its turn before there was a network (its cmd/main.py).
 */
const seedOf = (url: string): string => `ds=nocloud;dsmode=net;s=${url}`;

const installArguments = ({ install }: GuestSpec, files: InstallFiles): string[] => {
  const { kernel = '', initrd = '', medium = '' } = files;
  switch (install.by) {
    case 'kernel':
      return [
        '--install',
        `kernel=${kernel},initrd=${initrd},kernel_args=${value(install.commandLine)},kernel_args_overwrite=yes`,
      ];
    case 'pxe':
      return ['--pxe'];
    case 'iso':
      return ['--cdrom', medium];
    case 'import':
      return ['--import'];
    case 'clone':
      return ['--import', '--sysinfo', `system.serial=${value(seedOf(install.seedUrl))}`];
  }
};

/** File that gets what the guest writes to its serial console. */
export const consoleLogOf = ({ uuid }: Pick<GuestSpec, 'uuid'>): string =>
  `/var/log/libvirt/qemu/resole-${uuid}.console.log`;

/**
 * A container's own root file system, a folder of the host that somebody has filled: without one it
 * would run on the host's (libvirt.org/drvlxc.html).
 */
export const rootFolderOf = ({ name }: Pick<GuestSpec, 'name'>): string =>
  `/var/lib/libvirt/filesystems/${name}`;

/** The command line of virt-install(1) for a guest whose volumes are there. Pure. */
export const virtInstallArguments = (guest: GuestSpec, files: InstallFiles): string[] => {
  const { nic, disks, type } = guest;
  // `user` is QEMU's own network stack: outward only, and nothing to set up (virt-install(1)).
  const named = nic.network === 'user' ? 'user' : `network=${nic.network ?? 'default'}`;
  const source = nic.bridge === undefined ? named : `bridge=${nic.bridge}`;
  return [
    ...['--connect', uriOf(type), ...kinds[type]],
    ...['--name', guest.name, '--uuid', guest.uuid],
    ...['--memory', String(guest.memoryMiB), '--vcpus', String(guest.cpus)],
    ...(guest.cpuModel === undefined ? [] : ['--cpu', guest.cpuModel]),
    ...(guest.machine === undefined ? [] : ['--machine', guest.machine]),
    ...firmwares[guest.firmware],
    ...[
      '--osinfo',
      guest.osVariant === undefined ? 'detect=off,require=off' : `name=${guest.osVariant}`,
    ],
    ...disks.flatMap(({ pool, bus, serial }, index) => [
      '--disk',
      `vol=${pool}/${volumeName(guest, index)},bus=${bus},serial=${serial}`,
    ]),
    ...(disks.length === 0 ? ['--disk', 'none'] : []),
    ...['--network', `${source},mac=${nic.mac},model=${nic.model}`],
    ...['--graphics', guest.graphics],
    ...(type === 'lxc' ? [] : ['--serial', `pty,log.file=${consoleLogOf(guest)},log.append=on`]),
    ...(guest.autostart ? ['--autostart'] : []),
    ...(type === 'lxc'
      ? ['--filesystem', `source=${rootFolderOf(guest)},target=/`, '--init', '/sbin/init']
      : installArguments(guest, files)),
    '--noautoconsole',
  ];
};
