import type { BootFilesystem } from '@resole/protocol';
import { type BlockDevice, waysTo } from './block.ts';
import type { Machine } from './machine.ts';
import { type Mount, mountOf } from './mounts.ts';

/** What the search for bootloaders looks at. */
export interface Storage {
  devices: readonly BlockDevice[];
  mounts: readonly Mount[];
}

/** The file system that a directory of kernels lies on. */
export async function readBootFilesystem(
  machine: Machine,
  { devices, mounts }: Storage,
  directory: string,
): Promise<BootFilesystem | undefined> {
  const real = await machine.real(directory);
  const mount = real === undefined ? undefined : mountOf(mounts, real);
  if (mount === undefined) return undefined;
  const [way = []] = waysTo(devices, mount);
  const carrier = way.at(-1);
  const freeBytes = await machine.freeBytes(directory);
  if (freeBytes === undefined) machine.note(`the room left in ${directory} can't be told`);
  if (carrier === undefined) machine.note(`${mount.source} (${mount.target}) is on no known disk`);
  return {
    directory,
    mountPoint: mount.target,
    filesystem: mount.filesystem,
    ...(carrier?.uuid ? { uuid: carrier.uuid } : {}),
    freeBytes: freeBytes ?? 0,
    stack: way.map(({ type }) => type).reverse(),
  };
}

/** The mounted EFI system partition, at one of its usual places. */
export async function findEsp(machine: Machine, { mounts }: Storage): Promise<Mount | undefined> {
  for (const target of ['/boot/efi', '/efi', '/boot']) {
    const mount = mounts.findLast((each) => each.target === target && each.filesystem === 'vfat');
    if (mount && (await machine.list(`${target}/EFI`)).length > 0) return mount;
  }
  return undefined;
}
