import type { BootLoader, Facts } from '@resole/protocol';
import { findEsp, readBootFilesystem, type Storage } from './boot-filesystem.ts';
import { readLoaderInfo } from './firmware.ts';
import { readGrub } from './grub.ts';
import { hasProgram, type Machine } from './machine.ts';

/** The bootloader, and where the firmware itself could be given a kernel. */
export async function readBoot(
  machine: Machine,
  storage: Storage,
): Promise<Pick<Facts, 'bootLoader' | 'esp'>> {
  const mount = await findEsp(machine, storage);
  const esp = mount && (await readBootFilesystem(machine, storage, mount.target));
  const bootLoader = await readBootLoader(machine, storage);
  return { bootLoader, ...(esp ? { esp } : {}) };
}

/** The bootloader that started this OS, as far as it lets itself be used for one boot. */
export async function readBootLoader(machine: Machine, storage: Storage): Promise<BootLoader> {
  // Its configuration may lie beside GRUB's: only the loader that ran counts.
  const loaderInfo = await readLoaderInfo(machine);
  if (loaderInfo?.startsWith('systemd-boot')) {
    const boot = await systemdBootFilesystem(machine, storage);
    if (boot && (await hasProgram(machine, 'bootctl'))) return { kind: 'systemd-boot', boot };
    machine.note(`${loaderInfo} runs, but its partition or bootctl is not there`);
  } else {
    const grub = await readGrub(machine, storage);
    if (grub) return grub;
  }
  const esp = await findEsp(machine, storage);
  const boot = esp && (await readBootFilesystem(machine, storage, esp.target));
  return { kind: 'none', ...(boot ? { boot } : {}) };
}

/** systemd-boot's entries lie on XBOOTLDR where there is one, else on the ESP: bootctl knows. */
async function systemdBootFilesystem(machine: Machine, storage: Storage) {
  const said = (await machine.output('bootctl', ['--print-boot-path']))?.trim();
  const directory = said || (await findEsp(machine, storage))?.target;
  return directory === undefined ? undefined : readBootFilesystem(machine, storage, directory);
}
