/** What the agent tells of its machine. Whatever can't be found out is left out and noted. */
import type { Facts } from '@resole/protocol';
import { run } from './exec.ts';
import { readBlockDevices } from './facts/block.ts';
import { readBmc } from './facts/bmc.ts';
import { readBoot } from './facts/boot-loader.ts';
import { readDisks } from './facts/disks.ts';
import { readFirmware } from './facts/firmware.ts';
import { readKexec } from './facts/kexec.ts';
import { hasProgram, localMachine, type Machine } from './facts/machine.ts';
import { readMounts } from './facts/mounts.ts';
import { readNetwork } from './facts/network.ts';
import { readOs } from './facts/os.ts';
import { readVirtHost } from './facts/virt-host.ts';
import { readVirtualization } from './facts/virtualization.ts';
import { AGENT_VERSION } from './version.ts';

export interface FactsOptions {
  /** Where downloads are staged. */
  stateDir?: string;
  /** Another machine than this one: a recorded one. */
  machine?: Machine;
}

/**
 * Reads the machine anew. Never throws for what is missing: the facts' `notes` say what is.
 * Takes as long as its two programs, `lsblk` and `ip`.
 */
export async function readFacts(options: FactsOptions = {}): Promise<Facts> {
  const machine = options.machine ?? localMachine(run);
  // All at once: on a slow machine it is the starting of programs that takes the time.
  const [
    os,
    firmware,
    hardware,
    packages,
    virtualization,
    storage,
    network,
    efibootmgr,
    bmc,
    virtHost,
    free,
  ] = await Promise.all([
    readSystem(machine),
    readFirmware(machine),
    machine.hardware(),
    machine.packages(),
    readVirtualization(machine),
    readStorage(machine),
    readNetwork(machine),
    hasProgram(machine, 'efibootmgr'),
    readBmc(machine),
    readGuestsHost(machine),
    stagingFreeBytes(machine, options.stateDir ?? '/var/lib/resole'),
  ]);
  const notes = machine.notes();
  return {
    agentVersion: AGENT_VERSION,
    arch: machine.arch,
    ...os,
    ...firmware,
    ...hardware,
    ...(packages === undefined ? {} : { packages }),
    virtualization,
    ...storage,
    ...network,
    efibootmgr: efibootmgr && firmware.bootMode === 'uefi',
    ...(virtHost === undefined ? {} : { virtHost }),
    ...(bmc === undefined ? {} : { bmc }),
    stagingFreeBytes: free,
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** Where there are libvirt's programs, its daemon is asked. */
async function readGuestsHost(machine: Machine) {
  return (await hasProgram(machine, 'virsh')) ? readVirtHost(run) : undefined;
}

async function readSystem(machine: Machine) {
  const system = await readOs(machine);
  return { ...system, kexec: await readKexec(machine, system.os.kernel) };
}

async function readStorage(machine: Machine): Promise<Pick<Facts, 'disks' | 'bootLoader' | 'esp'>> {
  const mounts = await readMounts(machine);
  const devices = await readBlockDevices(machine, mounts);
  const [disks, boot] = await Promise.all([
    readDisks(machine, devices, mounts),
    readBoot(machine, { devices, mounts }),
  ]);
  return { disks, ...boot };
}

/** Room in the state folder, or in the nearest folder above it while there is none yet. */
async function stagingFreeBytes(machine: Machine, folder: string): Promise<number> {
  const free = await machine.freeBytes(folder);
  if (free !== undefined || folder === '/') return free ?? 0;
  return stagingFreeBytes(machine, folder.replace(/\/[^/]*$/, '') || '/');
}
