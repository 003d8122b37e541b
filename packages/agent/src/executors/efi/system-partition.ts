/** The EFI system partition that this machine has mounted. */
import { readFile, readlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { at } from '../places.ts';

export interface SystemPartition {
  mountPoint: string;
  /** Device of the whole disk, as efibootmgr wants it. */
  disk: string;
  partition: number;
}

/** Where distributions mount it, the likeliest first. */
const places = ['/boot/efi', '/efi', '/boot'];

/** Finds it by the machine's mounts (proc_pid_mountinfo(5)) and sysfs. */
export async function findSystemPartition(context: { root: string }): Promise<SystemPartition> {
  const mounts = (await readFile(at(context, '/proc/self/mountinfo'), 'utf8'))
    .split('\n')
    .map((line) => line.split(' '));
  for (const place of places) {
    const mount = mounts.find((one) => one[4] === place && one[one.indexOf('-') + 1] === 'vfat');
    if (mount?.[2] === undefined) continue;
    const link = at(context, join('/sys/dev/block', mount[2]));
    const device = join(dirname(link), await readlink(link));
    const number = await readFile(join(device, 'partition'), 'utf8').catch(() => undefined);
    if (number === undefined) continue;
    const disk = `/dev/${basename(dirname(device)).replaceAll('!', '/')}`;
    return { mountPoint: place, disk, partition: Number(number) };
  }
  throw new ResoleError('boot-filesystem-missing', 'no EFI system partition is mounted', {
    remedy: `mount it at ${places[0]}, or use --method kexec`,
  });
}
