/** The command line of a virtual machine, as data. */
import { createHash } from 'node:crypto';
import { type Accelerator, acceleratorArgs } from './accel.ts';

/** What Debian's package `ovmf` installs. With Secure Boot, Microsoft's keys are enrolled. */
const ovmf = '/usr/share/OVMF';
const firmwares = {
  uefi: { code: `${ovmf}/OVMF_CODE_4M.fd`, variables: `${ovmf}/OVMF_VARS_4M.fd` },
  'secure-boot': {
    code: `${ovmf}/OVMF_CODE_4M.secboot.fd`,
    variables: `${ovmf}/OVMF_VARS_4M.ms.fd`,
  },
} as const;

/** The firmware's file, and the one that a machine's own variables begin as. */
export const firmwareOf = (uefi: Exclude<Hardware['uefi'], false>) =>
  firmwares[uefi === true ? 'uefi' : uefi];

export interface Hardware {
  /** Also gives the machine its UUID, MAC and serial number: the same name, the same machine. */
  name: string;
  uefi: boolean | 'secure-boot';
  memoryMiB: number;
  cpus: number;
  /** Serial number of the disk; Linux makes /dev/disk/by-id/virtio-SERIAL of it. */
  diskSerial: string;
  /** More arguments for QEMU. */
  extra: readonly string[];
}

/** Files and sockets of one machine. */
export interface MachineFiles {
  disk: string;
  serial: string;
  qmp: string;
  /** This machine's own UEFI variables. */
  variables: string;
}

/** @param bootFile What DHCP names to the network card's firmware (iPXE), which then boots first. */
export function qemuArgs(
  hardware: Hardware,
  files: MachineFiles,
  accelerator: Accelerator,
  bootFile?: string,
): string[] {
  const { name, uefi, memoryMiB, cpus, diskSerial, extra } = hardware;
  const { uuid, mac } = identity(name);
  return [
    ...['-name', name, '-uuid', uuid, '-smbios', `type=1,serial=${name}`],
    // Only the firmware in system management mode may write the variables of Secure Boot.
    ...['-machine', uefi === 'secure-boot' ? 'q35,smm=on' : 'q35'],
    ...acceleratorArgs[accelerator],
    ...['-smp', String(cpus), '-m', String(memoryMiB)],
    // GRUB spins for ever without a screen, hence the card that nobody looks at.
    ...['-no-user-config', '-nodefaults', '-display', 'none', '-vga', 'std'],
    ...(uefi === false ? [] : firmwareArgs(uefi, files)),
    // The disk of a test may be lost with the host, so no flush reaches it.
    ...['-drive', `if=none,id=disk0,format=qcow2,cache=unsafe,discard=unmap,file=${files.disk}`],
    ...['-device', `virtio-blk-pci,drive=disk0,bootindex=1,serial=${diskSerial}`],
    ...['-netdev', `user,id=net0${bootFile === undefined ? '' : `,bootfile=${bootFile}`}`],
    ...[
      '-device',
      `virtio-net-pci,netdev=net0,mac=${mac}${bootFile === undefined ? '' : ',bootindex=0'}`,
    ],
    ...['-object', 'rng-random,id=rng0,filename=/dev/urandom'],
    ...['-device', 'virtio-rng-pci,rng=rng0'],
    ...['-chardev', `socket,id=serial0,path=${files.serial},server=on,wait=on`],
    ...['-serial', 'chardev:serial0'],
    ...['-qmp', `unix:${files.qmp},server=on,wait=off`],
    ...extra,
  ];
}

const firmwareArgs = (uefi: Exclude<Hardware['uefi'], false>, { variables }: MachineFiles) => [
  ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${firmwareOf(uefi).code}`],
  ...['-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
  ...(uefi === 'secure-boot' ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
];

/** A UUID (version 8: ours) and a MAC of QEMU's range, both made from the name. */
export function identity(name: string): { uuid: string; mac: string } {
  const hex = createHash('sha256').update(name).digest('hex');
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  const mac = `52:54:00:${hex.slice(32, 34)}:${hex.slice(34, 36)}:${hex.slice(36, 38)}`;
  return { uuid, mac };
}
