import type { BootLoader } from '@resole/protocol';
import { readBootFilesystem, type Storage } from './boot-filesystem.ts';
import { hasProgram, type Machine, text } from './machine.ts';

/** File systems that GRUB reads but doesn't write: a one-time entry would stay. */
const unwritable = new Set(['btrfs', 'zfs', 'f2fs', 'squashfs']);

/** GRUB 2 in its Debian layout (/boot/grub) or its Red Hat and SUSE layout (/boot/grub2). */
export async function readGrub(
  machine: Machine,
  storage: Storage,
): Promise<BootLoader | undefined> {
  const found = await findConfiguration(machine);
  if (found === undefined) return undefined;
  const rebootCommand = await firstProgram(machine, ['grub-reboot', 'grub2-reboot']);
  const boot = await readBootFilesystem(machine, storage, '/boot');
  if (rebootCommand === undefined || boot === undefined) {
    machine.note(
      rebootCommand === undefined
        ? `${found.directory}/grub.cfg is there, but neither grub-reboot nor grub2-reboot`
        : 'the file system of /boot is not known',
    );
    return undefined;
  }
  const environmentFile = (await environmentFileOf(machine, found.directory)) as string;
  return {
    kind: 'grub',
    directory: found.directory,
    rebootCommand,
    environmentFile,
    environmentWritable: await isWritable(machine, storage, environmentFile),
    sourcesCustom: /\/custom\.cfg\b/.test(found.configuration),
    bls: /^\s*blscfg\b/m.test(found.configuration),
    boot,
  };
}

/** The grub.cfg in effect; a short one on the ESP that only leads to another doesn't count. */
async function findConfiguration(
  machine: Machine,
): Promise<{ directory: string; configuration: string } | undefined> {
  const esp = '/boot/efi/EFI';
  const vendors = (await machine.list(esp)).map((name) => `${esp}/${name}`);
  for (const directory of [...vendors, '/boot/grub2', '/boot/grub']) {
    const configuration = await text(machine, `${directory}/grub.cfg`);
    if (configuration && !isRedirect(configuration)) return { directory, configuration };
  }
  return undefined;
}

/**
 * No entry of its own, but a command that reads another grub.cfg: Debian and Red Hat write
 * `configfile`, SUSE's shim-install `source "${prefix}/grub.cfg"`, or `normal` in SLES 12.
 */
const isRedirect = (configuration: string): boolean =>
  /^\s*(configfile\s|(source|\.)\s.*\/grub\.cfg\b|normal\s*$)/m.test(configuration) &&
  !/^\s*(menuentry|blscfg)\b/m.test(configuration);

/**
 * grub-reboot writes below /boot (grub-editenv's default), also where grub.cfg lies on the ESP:
 * there the grubenv of /boot/grub2 is a link to the ESP's.
 */
async function environmentFileOf(machine: Machine, directory: string): Promise<string> {
  const below = directory.startsWith('/boot/efi/') ? '/boot/grub2' : directory;
  return (await machine.real(`${below}/grubenv`)) ?? `${below}/grubenv`;
}

/** GRUB writes by block list: plain partitions only, no LVM, RAID or encryption in between. */
async function isWritable(machine: Machine, storage: Storage, file: string): Promise<boolean> {
  const folder = file.replace(/\/[^/]*$/, '');
  const carrier = await readBootFilesystem(machine, storage, folder);
  if (carrier === undefined || carrier.stack.length === 0) return false;
  const plain = carrier.stack.every((type) => type === 'part' || type === 'disk');
  return plain && !unwritable.has(carrier.filesystem);
}

async function firstProgram(
  machine: Machine,
  names: readonly string[],
): Promise<string | undefined> {
  for (const name of names) if (await hasProgram(machine, name)) return name;
  return undefined;
}
